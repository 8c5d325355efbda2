import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import type { Detail } from '../../shared/domain/milestones.ts';
import type { Scope, Subscriber } from '../../shared/domain/subscriber.ts';
import type { Instant } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { BEGINNING } from './simulation.ts';
import type { World } from './world.ts';

export const PAGE = 'batch';
export const INCIDENT = 'outage';

/** What the world knows of one subscriber without asking the product. */
export interface Person {
  readonly channel: Channel;
  readonly h: string;
  readonly address: Subscriber['address'];
  /** Whether they hear of all updates of an incident, or of its milestones only. */
  readonly detail: Detail;
  /** From when on they were subscribed, and to what: component ids, or the whole page. A change adds one. */
  readonly wishes: { readonly from: Instant; readonly to: Wish }[];
  /** They confirmed in the middle of something: until then it was open whether they were there. */
  readonly lateUntil?: Instant;
  /** When they asked to leave, and when they were told that they had. */
  leaving?: { readonly asked: Instant; answered?: Instant };
}

export type Wish = 'page' | readonly string[];

export function aPerson(
  channel: Channel,
  name: string,
  wish: Wish,
  since: Instant,
  detail: Detail = 'all',
): Person {
  const address = addressOf(channel, name);
  return { channel, h: addressHash('chaos', address), address, detail, wishes: [{ from: since, to: wish }] };
}

export function scopeOf(wish: Wish): Scope {
  if (wish === 'page') return { kind: 'page' };
  return { kind: 'selection', components: wish, groups: [], incidents: [] };
}

/** The row of somebody who has confirmed. */
export function rowOf({ channel, h, address, detail, wishes }: Person, confirmedAt: Instant): Subscriber {
  const scope = scopeOf(wishes.at(-1)?.to ?? 'page');
  const known = { page: PAGE, channel, h, address, scope, filters: { detail } };
  return { ...known, state: 'active', createdAt: confirmedAt, confirmedAt };
}

/** The page with so many people on each channel, there from the beginning. `wishOf`, `detailOf`: what the nth of a channel wants. */
export async function settlePage(
  world: World,
  perChannel: Readonly<Record<Channel, number>>,
  wishOf: (index: number) => Wish = () => 'page',
  detailOf: (channel: Channel, index: number) => Detail = () => 'all',
): Promise<Person[]> {
  const people = CHANNELS.flatMap((channel) =>
    Array.from({ length: perChannel[channel] }, (_, index) =>
      aPerson(
        channel,
        String(index).padStart(7, '0'),
        wishOf(index),
        BEGINNING - 1,
        detailOf(channel, index),
      ),
    ),
  );
  await world.byHand(async ({ pages, subscribers }) => {
    await pages.put({ id: PAGE, name: 'Batch', url: 'https://status.batch.com', components: [] });
    for (const person of people) {
      await subscribers.put(rowOf(person, BEGINNING - 1));
      await pages.countSubscriber(PAGE, person.channel);
    }
  });
  return people;
}

/** An update of the one incident, naming these components. */
export function anUpdate(id: string, components: readonly string[] = [], more: Partial<Update> = {}): Update {
  return {
    page: PAGE,
    id,
    incident: { id: INCIDENT, name: 'Major downtime', impact: 'critical' },
    status: 'investigating',
    body: 'We are looking into it.',
    publishedAt: new Date(BEGINNING).toISOString(),
    components: components.map((one) => ({ id: one, name: one, newStatus: 'major_outage' })),
    notify: true,
    ...more,
  };
}

/** Addresses that would be found anywhere: see `CANARIES`. */
function addressOf(channel: Channel, name: string): Subscriber['address'] {
  switch (channel) {
    case 'email':
      return { channel, email: `canary${name}@example.com` };
    case 'sms':
      return { channel, phone: `+1555${name}` };
    case 'slack':
      return { channel, team: 'TCANARY', conversation: `CCANARY${name}` };
    case 'webhook':
      return { channel, url: `https://canary.example.com/${name}` };
  }
}

/** What must not be seen outside of the subscribers table, as a pattern: parts of all addresses, and the text of updates. */
export const CANARIES = /canary|\+1555|We are looking into it/i;
