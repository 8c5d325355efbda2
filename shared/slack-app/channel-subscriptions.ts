import type { AddressOf, Scope, Subscriber, SubscriberState } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { Place } from './place.ts';

export interface ChannelSubscriptionsParts {
  readonly subscribers: {
    get(page: string, channel: 'slack', h: string): Promise<Subscriber | undefined>;
    unsubscribe(page: string, channel: 'slack', h: string, at: Instant): Promise<boolean>;
  };
  /** Writes a row that is new, or still in the state that was seen. */
  readonly putIf: (subscriber: Subscriber, expected: SubscriberState | 'absent') => Promise<boolean>;
  readonly countSubscriber: (page: string, channel: 'slack') => Promise<void>;
  readonly hash: (address: AddressOf<'slack'>) => string;
  readonly now: () => Instant;
}

/** Two people in one channel at the same moment are rare. */
const MAX_ROUNDS = 5;

export type ChannelSubscriptions = ReturnType<typeof channelSubscriptions>;

/** What one Slack channel hears of. Whoever may use the command in a channel speaks for it: its members see what it gets. */
export function channelSubscriptions(parts: ChannelSubscriptionsParts) {
  const addressOf = ({ team, conversation }: Place): AddressOf<'slack'> => ({
    channel: 'slack',
    team,
    conversation,
  });
  const hashOf = (place: Place) => parts.hash(addressOf(place));

  return {
    /** The subscription that is told of updates now, if there is one. */
    async active(page: string, place: Place): Promise<Subscriber | undefined> {
      const row = await parts.subscribers.get(page, 'slack', hashOf(place));
      return row?.state === 'active' ? row : undefined;
    },

    /**
     * Subscribes the channel, active at once: the command is its consent, given in the channel itself. `choose` gets what it
     * hears of now, if anything, and may be asked again when somebody was quicker.
     */
    async subscribe(page: string, place: Place, choose: (now: Scope | undefined) => Scope): Promise<Scope> {
      const h = hashOf(place);
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const now = parts.now();
        const known = await parts.subscribers.get(page, 'slack', h);
        const active = known?.state === 'active' ? known : undefined;
        const subscriber: Subscriber = {
          page,
          channel: 'slack',
          h,
          address: addressOf(place),
          state: 'active',
          scope: choose(active?.scope),
          createdAt: known?.createdAt ?? now,
          // Who comes back hears of what is accepted from now on, not of what went by in between.
          confirmedAt: active?.confirmedAt ?? now,
          source: known?.source ?? 'slack',
          ...(active?.filters && { filters: active.filters }),
        };
        if (!(await parts.putIf(subscriber, known?.state ?? 'absent'))) continue;
        if (known === undefined) await parts.countSubscriber(page, 'slack');
        return subscriber.scope;
      }
      throw new Error(`Expected to subscribe within ${MAX_ROUNDS} rounds, got overtaken each time`);
    },

    /** Returns whether the channel was subscribed. From the answer's moment it is not told. */
    async unsubscribe(page: string, place: Place): Promise<boolean> {
      const known = await parts.subscribers.get(page, 'slack', hashOf(place));
      if (known === undefined || known.state === 'unsubscribed') return false;
      return parts.subscribers.unsubscribe(page, 'slack', hashOf(place), parts.now());
    },
  };
}

/** Both: everything, or the union of what each selects. */
export function union(a: Scope, b: Scope): Scope {
  if (a.kind === 'page' || b.kind === 'page') return { kind: 'page' };
  const both = (x: readonly string[], y: readonly string[]) => [...new Set([...x, ...y])];
  return {
    kind: 'selection',
    components: both(a.components, b.components),
    groups: both(a.groups, b.groups),
    incidents: both(a.incidents, b.incidents),
  };
}

/** The first without what the second names; undefined when nothing is left. */
export function without(
  scope: Extract<Scope, { kind: 'selection' }>,
  taken: { readonly components: readonly string[]; readonly groups: readonly string[] },
): Scope | undefined {
  const components = scope.components.filter((id) => !taken.components.includes(id));
  const groups = scope.groups.filter((id) => !taken.groups.includes(id));
  if (components.length + groups.length + scope.incidents.length === 0) return undefined;
  return { kind: 'selection', components, groups, incidents: scope.incidents };
}
