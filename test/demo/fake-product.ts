import type { DemoUpdate } from '../../local/demo/batch-incident.ts';
import { CHANNELS, type Channel } from '../../local/demo/channel.ts';
import type { FrontDoor } from '../../local/demo/front-door.ts';
import type { Stands } from '../../local/demo/perform.ts';
import { type Receipt, receiptSchema, type Tally } from '../../local/demo/receipt.ts';
import { addressOf, type DemoSubscriber } from '../../local/demo/subscribers.ts';
import type { Accepted } from '../../local/demo/verdict.ts';

const EVERY_FEW = 7;

/**
 * A product of a few lines, so that the demo can be tried without one: it tells those subscribers whom `concerns`
 * names, a few of them each time that a receipt is asked for. `disturb` changes what the providers accept.
 */
export function fakeProduct(options: {
  readonly concerns: (subscriber: DemoSubscriber, update: DemoUpdate) => boolean;
  readonly disturb?: (accepted: Accepted, place: number) => readonly Accepted[];
  readonly steps?: number;
}): { door: FrontDoor; stands: Stands } {
  const subscribers: DemoSubscriber[] = [];
  const secrets = new Map<string, string>();
  const accepted: Accepted[] = [];
  const work = new Map<
    string,
    { sequence: number; left: DemoSubscriber[]; all: number; told: Map<Channel, number> }
  >();

  function proceed(update: string): void {
    const job = work.get(update);
    if (!job) return;
    // Never an older one after a newer one.
    for (const [earlier, { sequence, left }] of work)
      while (sequence < job.sequence && left.length > 0) proceed(earlier);
    for (const subscriber of job.left.splice(0, Math.ceil(job.all / (options.steps ?? EVERY_FEW)))) {
      const { channel } = subscriber;
      job.told.set(channel, (job.told.get(channel) ?? 0) + 1);
      if (channel === 'webhook' && !secrets.has(subscriber.url))
        throw new Error('Expected a registered webhook');
      const to = addressOf(subscriber);
      const message = { channel, to, update, providerId: `${channel} ${to} ${update}` };
      accepted.push(...(options.disturb?.(message, accepted.length) ?? [message]));
    }
  }

  const door: FrontDoor = {
    async putPage() {},
    async subscribe(_page, subscriber) {
      subscribers.push(subscriber);
      return { id: `s${subscribers.length}`, state: 'active', secret: 'whsec_fake' };
    },
    async publish(_page, update) {
      const left = subscribers.filter((subscriber) => options.concerns(subscriber, update));
      work.set(update.id, { sequence: work.size + 1, left, all: left.length, told: new Map() });
      return { update: update.id, sequence: work.size };
    },
    async receipt(_page, update): Promise<Receipt> {
      proceed(update);
      const job = work.get(update);
      const tally = (told: number): Tally => ({
        matched: told,
        told,
        failed: 0,
        retrying: 0,
        superseded: 0,
        suppressed: 0,
        inDoubt: 0,
      });
      const told = CHANNELS.map((channel) => job?.told.get(channel) ?? 0);
      const done = job?.left.length === 0;
      return receiptSchema.parse({
        ...tally(told.reduce((a, b) => a + b)),
        update,
        sequence: job?.sequence,
        complete: done,
        chunks: { done: done ? 4 : 0, of: 4 },
        channels: Object.fromEntries(CHANNELS.map((channel, place) => [channel, tally(told[place] ?? 0)])),
      });
    },
  };
  const stands: Stands = {
    teams: ['T0', 'T1'],
    webhookBase: 'http://127.0.0.1:1',
    registerWebhook: (url, secret) => secrets.set(url, secret),
    accepted: () => accepted,
  };
  return { door, stands };
}
