import { lengthen, type Pause } from '../../domain/pause.ts';
import type { AddressHash } from '../../domain/subscriber.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';

/** Where waits are kept, so that all processes share them. `by` of a pause says who wrote it. */
export interface WaitStore {
  readMany(channel: 'slack', scopes: readonly string[]): Promise<ReadonlyMap<string, Pause>>;
  swap(channel: 'slack', scope: string, seen: Pause | undefined, next: Pause, now: Instant): Promise<boolean>;
  clear(channel: 'slack', scope: string): Promise<void>;
}

export interface WaitParts {
  readonly store: WaitStore;
  readonly now: () => Instant;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
}

/** A Slack channel of a workspace. */
interface Place {
  readonly team: string;
  readonly h: AddressHash;
}

/** What Slack said to one call. */
export type Said = Place &
  (
    | { readonly kind: 'told' }
    /** 429: this channel gets too much, or the workspace does. */
    | { readonly kind: 'throttled'; readonly afterMs: Millis }
    /** The whole workspace takes nothing for so long. */
    | { readonly kind: 'closed'; readonly afterMs: Millis }
  );

/** Refusals further apart have nothing to do with each other. */
const IN_A_ROW: Millis = 10 * MINUTE;

/** Channels of a workspace whose wait is over come back over this much time, not all at once. */
const SPREAD: Millis = 5 * SECOND;

const teamScope = (team: string) => `team#${team}`;
const channelScope = (h: AddressHash) => `channel#${h}`;

/**
 * Who is not to be called for now. A channel that Slack throttles waits as long as Slack says; the second refusal in a row in one
 * workspace, with nobody told in between, makes all of it wait, longer each time; the first success there clears that. Whoever waits
 * costs no call, and nobody else waits for them. (Decision 40.)
 */
export function createWaits({ store, now, random, newId }: WaitParts) {
  return {
    /** Reads the marks of a window: one batch. Rejects when they are out of reach. */
    async read(places: readonly Place[]) {
      const scopes = places.flatMap(({ team, h }) => [teamScope(team), channelScope(h)]);
      const seen = await store.readMany('slack', [...new Set(scopes)]);
      const leftOf = (scope: string) => Math.max(0, (seen.get(scope)?.until ?? 0) - now());

      /** Lengthens a mark. Whoever was quicker saw the same: its mark is as good. */
      async function set(scope: string, afterMs: Millis): Promise<void> {
        const pause = seen.get(scope);
        const before = pause !== undefined && now() - pause.until < IN_A_ROW ? pause : undefined;
        const next = lengthen(before, afterMs, { now: now(), random: random(), by: newId() });
        await store.swap('slack', scope, pause, next, now());
      }

      /** Remembers a first refusal. Nobody waits for it. */
      async function count(scope: string): Promise<void> {
        await store.swap('slack', scope, seen.get(scope), { until: now(), attempt: 1, by: newId() }, now());
      }

      async function noteTeam(team: string, said: readonly Said[]): Promise<void> {
        const scope = teamScope(team);
        const pause = seen.get(scope);
        const closedFor = Math.max(0, ...said.map((one) => (one.kind === 'closed' ? one.afterMs : 0)));
        if (closedFor > 0) return set(scope, closedFor);
        if (said.some(({ kind }) => kind === 'told')) {
          if (pause !== undefined) await store.clear('slack', scope);
          return;
        }
        const refusals = said.flatMap((one) => (one.kind === 'throttled' ? [one.afterMs] : []));
        if (refusals.length === 0) return;
        const isSecond = refusals.length > 1 || (pause !== undefined && now() - pause.until < IN_A_ROW);
        await (isSecond ? set(scope, Math.max(...refusals)) : count(scope));
      }

      return {
        /** How long a channel has to wait; 0 when it may be called. */
        of({ team, h }: Place): Millis {
          const left = Math.max(leftOf(channelScope(h)), leftOf(teamScope(team)));
          return left === 0 ? 0 : left + Math.round(random() * SPREAD);
        },

        /** Notes what Slack said to the calls of this window. Never rejects: unnoted, the next call finds out again. */
        async note(said: readonly Said[]): Promise<void> {
          const throttled = said.flatMap((one) => (one.kind === 'throttled' ? [one] : []));
          await Promise.allSettled([
            ...throttled.map(({ h, afterMs }) => set(channelScope(h), afterMs)),
            ...[...Map.groupBy(said, ({ team }) => team)].map(([team, theirs]) => noteTeam(team, theirs)),
          ]);
        },
      };
    },
  };
}

export type Waits = ReturnType<typeof createWaits>;
