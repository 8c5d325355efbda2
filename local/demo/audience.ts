import type { DemoPage } from './batch-page.ts';
import { CHANNELS, type Channel } from './channel.ts';
import { addressOf, type DemoSubscriber } from './subscribers.ts';

/** Who is to be told of one update: addresses by channel. */
export interface Audience {
  readonly update: string;
  /** Place of the update in its incident, counted from 1. */
  readonly sequence: number;
  readonly addresses: Readonly<Record<Channel, ReadonlySet<string>>>;
}

interface Affecting {
  readonly id: string;
  readonly status: string;
  readonly incident: { readonly id: string };
  readonly components: readonly { readonly id: string; readonly group?: { readonly id: string } }[];
}

/**
 * Who each of an incident's updates concerns, by the words of the documentation and by none of the code that delivers:
 *
 * - the whole page: every update;
 * - components: every update from the first that names one of them, because who heard of the trouble is owed
 *   the end of it;
 * - groups: the same for every component in the group, by the update or else by the page's catalogue as it is
 *   now, so that a component added to the group later counts;
 * - one incident: every update of it.
 *
 * By SMS, of these: the first that concerns somebody, the end, one that comes after an end and says that it is none, and the start
 * of a maintenance.
 *
 * `updates` are of one incident, in order of publishing, and all subscribers were there before the first.
 */
export function audiences(
  page: DemoPage,
  updates: readonly Affecting[],
  subscribers: readonly DemoSubscriber[],
): readonly Audience[] {
  const groupOnPage = new Map(page.components.map(({ id, group }) => [id, group?.id]));
  const components = new Set<string>();
  const groups = new Set<string>();
  const texted = new Set<DemoSubscriber>();

  return updates.map((update, place) => {
    for (const { id, group } of update.components) {
      components.add(id);
      const groupId = group?.id ?? groupOnPage.get(id);
      if (groupId !== undefined) groups.add(groupId);
    }

    const addresses = Object.fromEntries(CHANNELS.map((channel) => [channel, new Set<string>()])) as Record<
      Channel,
      Set<string>
    >; // `fromEntries` forgets the keys
    const isNews = TEXTED.has(update.status) || reopens(update, updates[place - 1]);
    for (const subscriber of subscribers) {
      if (!isConcerned(subscriber, update.incident.id, components, groups)) continue;
      if (subscriber.channel === 'sms' && !isNews && texted.has(subscriber)) continue;
      addresses[subscriber.channel].add(addressOf(subscriber));
      texted.add(subscriber);
    }
    return { update: update.id, sequence: place + 1, addresses };
  });
}

const TEXTED: ReadonlySet<string> = new Set(['in_progress', 'resolved', 'completed']);
const OVER: ReadonlySet<string> = new Set(['resolved', 'postmortem', 'completed']);

function reopens(update: Affecting, before: Affecting | undefined): boolean {
  return before !== undefined && OVER.has(before.status) && !OVER.has(update.status);
}

function isConcerned(
  wish: DemoSubscriber,
  incident: string,
  touchedComponents: ReadonlySet<string>,
  touchedGroups: ReadonlySet<string>,
): boolean {
  if (!wish.components && !wish.groups && !wish.incidents) return true;
  return (
    (wish.components ?? []).some((component) => touchedComponents.has(component)) ||
    (wish.groups ?? []).some((group) => touchedGroups.has(group)) ||
    (wish.incidents ?? []).includes(incident)
  );
}

/** How many addresses an audience has, on one channel or on all. */
export function audienceSize(audience: Audience, channel?: Channel): number {
  if (channel) return audience.addresses[channel].size;
  return CHANNELS.reduce((sum, each) => sum + audience.addresses[each].size, 0);
}
