import { expect, test } from 'vitest';
import { BATCH_PAGE } from '../../local/demo/batch-page.ts';
import { seed } from '../../local/demo/seed.ts';
import { addressOf, demoSubscribers } from '../../local/demo/subscribers.ts';

const subscribers = demoSubscribers({
  count: 200,
  incident: 'i',
  teams: ['T0'],
  webhookBase: 'http://127.0.0.1:1',
});

test('everybody is subscribed once, not all at the same time, and the receiver knows every webhook', async () => {
  const seen: string[] = [];
  const secrets = new Map<string, string>();
  let inFlight = 0;
  let mostInFlight = 0;
  let seeded = 0;
  await seed({
    door: {
      async putPage({ id }) {
        expect(seen).toEqual([]);
        seen.push(id);
      },
      async subscribe(_page, subscriber) {
        mostInFlight = Math.max(mostInFlight, ++inFlight);
        await new Promise(setImmediate);
        inFlight--;
        const to = addressOf(subscriber);
        seen.push(to);
        return {
          id: 's',
          state: 'active',
          ...(subscriber.channel === 'webhook' && { secret: `whsec_${to}` }),
        };
      },
    },
    page: BATCH_PAGE,
    subscribers,
    registerWebhook: (url, secret) => secrets.set(url, secret),
    onSeeded: (count) => {
      seeded = count;
    },
  });

  expect(seen.toSorted()).toEqual([BATCH_PAGE.id, ...subscribers.map(addressOf)].toSorted());
  expect(seeded).toBe(200);
  expect(mostInFlight).toBe(16);
  const webhooks = subscribers.filter(({ channel }) => channel === 'webhook').map(addressOf);
  expect([...secrets.keys()].toSorted()).toEqual(webhooks.toSorted());
});

test('the first refusal ends it', async () => {
  const seeding = seed({
    door: {
      async putPage() {},
      async subscribe() {
        throw new Error('Expected 2xx, got 400');
      },
    },
    page: BATCH_PAGE,
    subscribers,
    registerWebhook: () => {},
    onSeeded: () => {},
  });
  await expect(seeding).rejects.toThrow('got 400');
});
