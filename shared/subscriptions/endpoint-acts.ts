import type { Subscriber } from '../domain/subscriber.ts';
import { DAY, HOUR, type Instant, type Millis, SECOND } from '../domain/time.ts';
import type { EndpointChange } from '../store/endpoint-settings.ts';
import type { LimitStore } from '../store/limits.ts';
import { endpointLimits } from './limits.ts';
import { LONGEST_BACK, type MissedDependencies, missedUpdates, type Span } from './missed-updates.ts';
import type { RingConfirmation } from './sign-up.ts';

/** How long the secret before the newest goes on signing (Svix, Outpost: a day). */
export const RETIRES_AFTER: Millis = DAY;

/** What was missed goes out one after the other, so that its order has a chance. */
const BETWEEN: Millis = 2 * SECOND;

/** Of what was missed, at most so many for one asking: a message may wait 15 minutes in a queue (SQS, DelaySeconds). */
export const MOST_MISSED = 400;

export interface EndpointActDependencies {
  readonly ring: RingConfirmation;
  readonly limits: Pick<LimitStore, 'take'>;
  readonly missing: MissedDependencies;
  readonly clock: { now(): Instant };
}

export type Acted =
  | { readonly kind: 'done'; readonly count: number; readonly rest?: Rest }
  /** Asked for too often. */
  | { readonly kind: 'tooMany'; readonly until: Instant };

/** What of the missed was too much for one asking: ask again for what came since then. */
export interface Rest {
  readonly since: Instant;
}

/**
 * A new secret that signs beside the old one for a day. Undefined while one is being changed already: to retire a second would cut off
 * a receiver that has not changed over.
 */
export function rotation(endpoint: Subscriber, now: Instant): EndpointChange | undefined {
  const { secretVersions = [1], retiringSecret } = endpoint;
  if (retiringSecret !== undefined && retiringSecret.until > now) return undefined;
  const newest = Math.max(...secretVersions);
  return {
    set: {
      secretVersions: [newest + 1],
      retiringSecret: { version: newest, until: now + RETIRES_AFTER },
      secretShownAt: now,
    },
  };
}

/** Has it called again, with a clean slate. */
export function revival({ quarantine }: Subscriber, now: Instant): EndpointChange | undefined {
  if (quarantine === undefined) return undefined;
  return {
    set: { state: 'active', outage: { from: quarantine.at, until: now } },
    remove: ['quarantine', 'strikes', 'slowSince'],
  };
}

/** Signs with a key pair as well, or no more. */
export function keyPairSwitch(on: boolean): EndpointChange {
  return on ? { set: { signsByKeyPair: true } } : { remove: ['signsByKeyPair'] };
}

/** A call that tells of nothing. What comes of it stands in the log of attempts. */
export async function askForTest(deps: EndpointActDependencies, endpoint: Subscriber): Promise<Acted> {
  return within(deps, endpoint, 'test', 10, async () => {
    await deps.ring({ kind: 'test', ...nameOf(endpoint) });
    return { count: 1 };
  });
}

/** One update again, under its old `webhook-id`. The ledger keeps what it says: this is an act outside the receipt. */
export async function askForUpdate(
  deps: EndpointActDependencies,
  endpoint: Subscriber,
  update: string,
): Promise<Acted> {
  return within(deps, endpoint, 'resend', 20, async () => {
    await deps.ring({ kind: 'resend', update, ...nameOf(endpoint) });
    return { count: 1 };
  });
}

/** All that it missed in a span of time, fourteen days back at most, oldest first; what it was told is left alone. */
export async function askForMissed(
  deps: EndpointActDependencies,
  endpoint: Subscriber,
  { since, until }: { readonly since?: Instant; readonly until?: Instant } = {},
): Promise<Acted> {
  return within(deps, endpoint, 'recover', 3, async () => {
    const now = deps.clock.now();
    const span: Span = { since: Math.max(since ?? 0, now - LONGEST_BACK), until: until ?? now };
    const missed = await missedUpdates(deps.missing, endpoint, span);
    const sent = missed.slice(0, MOST_MISSED);
    for (const [index, { id }] of sent.entries()) {
      await deps.ring({ kind: 'resend', update: id, ...nameOf(endpoint) }, index * BETWEEN);
    }
    const next = missed[sent.length];
    return { count: sent.length, ...(next && { rest: { since: next.acceptedAt } }) };
  });
}

async function within(
  { limits, clock }: EndpointActDependencies,
  { page, h }: Subscriber,
  act: string,
  mostAnHour: number,
  work: () => Promise<Omit<Extract<Acted, { kind: 'done' }>, 'kind'>>,
): Promise<Acted> {
  const taken = await limits.take(endpointLimits(act, `${page}|${h}`, HOUR, mostAnHour), clock.now());
  if (taken.kind === 'full') return { kind: 'tooMany', until: taken.until };
  return { kind: 'done', ...(await work()) };
}

/** The endpoint as a change leaves it. */
export function changed(endpoint: Subscriber, { set, remove = [] }: EndpointChange): Subscriber {
  const gone: readonly string[] = remove;
  const kept = Object.entries({ ...endpoint, ...set }).filter(([name]) => !gone.includes(name));
  return Object.fromEntries(kept) as unknown as Subscriber; // less optional attributes only
}

const nameOf = ({ page, channel, h }: Subscriber) => ({ page, channel, h });
