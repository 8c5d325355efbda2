import type { DemoPage } from './batch-page.ts';
import type { FrontDoor } from './front-door.ts';
import type { DemoSubscriber } from './subscribers.ts';

/** Requests in flight: enough to keep two cores at work, few enough for the API's throttle. */
const REQUESTS_AT_ONCE = 16;

/**
 * Puts the page and its subscribers in through the front door, and tells the receiver of webhooks each endpoint's
 * secret. Resolves when all are active; rejects with the first refusal, after the requests in flight.
 */
export async function seed(options: {
  readonly door: Pick<FrontDoor, 'putPage' | 'subscribe'>;
  readonly page: DemoPage;
  readonly subscribers: readonly DemoSubscriber[];
  readonly registerWebhook: (url: string, secret: string) => void;
  readonly onSeeded: (count: number) => void;
}): Promise<void> {
  const { door, page, registerWebhook, onSeeded } = options;
  await door.putPage(page);

  const left = options.subscribers.values();
  let seeded = 0;

  async function work(): Promise<void> {
    // The workers share one iterator: each takes the next that nobody has taken.
    for (const subscriber of left) {
      const { state, secret } = await door.subscribe(page.id, subscriber);
      if (state !== 'active') throw new Error(`Expected a seeded subscriber to be active, got ${state}`);
      if (subscriber.channel === 'webhook') {
        if (!secret) throw new Error('Expected a new webhook to come with its secret, got none');
        registerWebhook(subscriber.url, secret);
      }
      onSeeded(++seeded);
    }
  }

  const settled = await Promise.allSettled(Array.from({ length: REQUESTS_AT_ONCE }, work));
  for (const worker of settled) if (worker.status === 'rejected') throw worker.reason;
}
