import { expect, test } from 'vitest';
import { audienceSize, audiences } from '../../local/demo/audience.ts';
import { BATCH_INCIDENT } from '../../local/demo/batch-incident.ts';
import { BATCH_PAGE, type DemoPage } from '../../local/demo/batch-page.ts';
import { demoSubscribers, type Wish } from '../../local/demo/subscribers.ts';

const core = { id: 'core', name: 'Core' };
const page: DemoPage = {
  id: 'acme',
  name: 'Acme',
  url: 'https://status.example.com',
  components: [
    { id: 'web', name: 'Web', group: core },
    { id: 'mail', name: 'Mail', group: core },
    { id: 'docs', name: 'Docs' },
  ],
};

const outage = { id: 'outage' };
const updates = [
  { id: 'u1', incident: outage, status: 'investigating', components: [{ id: 'web', group: core }] },
  { id: 'u2', incident: outage, status: 'update', components: [{ id: 'web' }, { id: 'docs' }] },
  { id: 'u3', incident: outage, status: 'resolved', components: [] },
];

/** The updates that concern somebody with this wish. */
function concerning(
  wish: Wish,
  onPage: DemoPage = page,
  of: Parameters<typeof audiences>[1] = updates,
): string[] {
  const everywhere = audiences(onPage, of, [{ channel: 'email', email: 'a@example.com', ...wish }]);
  return everywhere
    .filter((audience) => audience.addresses.email.has('a@example.com'))
    .map(({ update }) => update);
}

test('the whole page hears of every update', () => {
  expect(concerning({})).toEqual(['u1', 'u2', 'u3']);
});

test('a component hears from the first update that names it, until the end', () => {
  expect(concerning({ components: ['web'] })).toEqual(['u1', 'u2', 'u3']);
  expect(concerning({ components: ['docs'] })).toEqual(['u2', 'u3']);
  expect(concerning({ components: ['mail'] })).toEqual([]);
  expect(concerning({ components: ['mail', 'docs'] })).toEqual(['u2', 'u3']);
});

test('a group hears of any of its components, by the update or by the catalogue', () => {
  expect(concerning({ groups: ['core'] })).toEqual(['u1', 'u2', 'u3']);
  const silent = [{ id: 'u1', incident: outage, status: 'investigating', components: [{ id: 'mail' }] }];
  expect(concerning({ groups: ['core'] }, page, silent)).toEqual(['u1']);
  expect(concerning({ groups: ['other'] })).toEqual([]);
});

test('a group hears of a component that was added to it later', () => {
  const grown = { ...page, components: [...page.components, { id: 'chat', name: 'Chat', group: core }] };
  const chat = [{ id: 'u1', incident: outage, status: 'investigating', components: [{ id: 'chat' }] }];
  expect(concerning({ groups: ['core'] }, page, chat)).toEqual([]);
  expect(concerning({ groups: ['core'] }, grown, chat)).toEqual(['u1']);
});

test('one incident hears of that one only', () => {
  expect(concerning({ incidents: ['outage'] })).toEqual(['u1', 'u2', 'u3']);
  expect(concerning({ incidents: ['other'] })).toEqual([]);
});

test('several wishes are a union', () => {
  expect(concerning({ components: ['docs'], incidents: ['outage'] })).toEqual(['u1', 'u2', 'u3']);
  expect(concerning({ components: ['docs'], groups: ['other'] })).toEqual(['u2', 'u3']);
});

test('texts tell the first that concerns somebody, the end, and what comes back after it', () => {
  const steps = [
    'investigating',
    'update',
    'resolved',
    'investigating',
    'monitoring',
    'resolved',
    'postmortem',
  ];
  const all = steps.map((status, place) => ({
    id: `u${place + 1}`,
    incident: outage,
    status,
    components: place === 0 ? [{ id: 'web' }] : [{ id: 'docs' }],
  }));
  const texted = (wish: Wish) =>
    audiences(page, all, [{ channel: 'sms', phone: '+12015550100', ...wish }])
      .filter((audience) => audience.addresses.sms.size > 0)
      .map(({ update }) => update);
  expect(texted({})).toEqual(['u1', 'u3', 'u4', 'u6']);
  expect(texted({ components: ['docs'] })).toEqual(['u2', 'u3', 'u4', 'u6']);
  expect(texted({ incidents: ['outage'] })).toEqual(['u1', 'u3', 'u4', 'u6']);
});

test("the demo's audience is a real part of its subscribers, and grows when the incident does", () => {
  const subscribers = demoSubscribers({
    count: 2_000,
    incident: 'major-downtime',
    teams: ['T0'],
    webhookBase: 'http://127.0.0.1:1',
  });
  const all = audiences(BATCH_PAGE, BATCH_INCIDENT, subscribers);
  const sizes = all.map((audience) => audienceSize(audience) - audienceSize(audience, 'sms'));
  const texts = all.map((audience) => audienceSize(audience, 'sms'));
  const [first = 0, ...later] = sizes;
  expect(first).toBeGreaterThan(900);
  expect(later[0]).toBeGreaterThan(first);
  expect(later[0]).toBeLessThan(1_700);
  expect(new Set(later).size).toBe(1);
  const [texted = 0, more = 0, , , atTheEnd] = texts;
  expect(texts).toEqual([texted, more, 0, 0, texted + more, 0]);
  expect(atTheEnd).toBeGreaterThan(200);
});
