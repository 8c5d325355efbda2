import type { Laptop } from './laptop.ts';

const PAYMENTS = { id: 'payments', name: 'Payments' };
const PLATFORM = { id: 'platform', name: 'Developer platform' };
const CARDS = { id: 'cards', name: 'Card payments', group: PAYMENTS };

/** A page with groups, for the pictures of forms and of Slack. */
export const NORTHWIND = {
  name: 'Northwind Cloud',
  url: 'https://status.example.com',
  components: [
    CARDS,
    { id: 'payouts', name: 'Payouts', group: PAYMENTS },
    { id: 'api', name: 'REST API', group: PLATFORM },
    { id: 'webhooks', name: 'Webhooks', group: PLATFORM },
    { id: 'website', name: 'Website' },
    { id: 'help', name: 'Help centre' },
  ],
};

const STEPS = {
  investigating: [
    'Card payments fail for about a third of our customers. We are looking into it.',
    'major_outage',
  ],
  identified: ['A certificate of a card network has expired. We are replacing it.', 'major_outage'],
  monitoring: [
    'The certificate is replaced, and payments succeed again. We are watching.',
    'degraded_performance',
  ],
} as const;

/** Publishes one step of the incident. Once per step. */
export function publish(laptop: Laptop, status: keyof typeof STEPS): Promise<void> {
  const [body, newStatus] = STEPS[status];
  return laptop.operate('POST', 'northwind/updates', {
    id: status,
    incident: { id: 'cards-fail', name: 'Card payments fail', impact: 'major' },
    status,
    body,
    publishedAt: new Date().toISOString(),
    components: [{ ...CARDS, newStatus }],
  });
}
