import { expect, it } from 'vitest';
import { managePage } from '../../shared/api/pages/manage-page.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import { T0 } from '../domain/builders.ts';

const SUBSCRIBER: Subscriber = {
  page: 'acme',
  channel: 'sms',
  h: 'f'.repeat(24),
  address: { channel: 'sms', phone: '+33612345678' },
  state: 'active',
  scope: { kind: 'page' },
  source: 'import',
  createdAt: T0,
};

it('says of each message what it was, when and why', async () => {
  const answer = await managePage({
    token: 'a.b',
    page: { id: 'acme', name: 'Acme', url: 'https://status.example.com/', components: [] },
    subscriber: SUBSCRIBER,
    incidents: [],
    told: [
      {
        incident: 'i',
        title: 'Payments <fail>',
        update: 'u',
        status: 'resolved',
        at: Date.UTC(2026, 0, 15, 9, 30),
        because: 'page',
      },
    ],
  });
  const page = (await answer.text()).replace(/\s+/g, ' ');
  expect(page).toContain('Resolved: Payments &lt;fail&gt;');
  expect(page).toContain('<time datetime="2026-01-15T09:30:00.000Z">15 Jan 2026, 09:30 UTC</time>');
  expect(page).toContain('because you follow the whole page');
  expect(page).toContain('brought you along from another system');
  expect(page).toContain('a number ending in 678');
  // A page without components asks for none: saving keeps the whole page.
  expect(page).not.toContain('name="scope"');
});
