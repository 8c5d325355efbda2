import type { Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { LimitStore } from '../store/limits.ts';
import { type Confirmations, questionFor } from './ask-to-confirm.ts';
import { resendLimits } from './limits.ts';

export interface AskAgainDependencies {
  readonly confirmations: Confirmations;
  readonly limits: Pick<LimitStore, 'take' | 'giveBack'>;
}

export type AskedAgain =
  | { readonly kind: 'asked' }
  /** This address has had its share, by whoever's hand. */
  | { readonly kind: 'tooOften'; readonly until: Instant }
  /** The queue did not take it; nothing was counted. */
  | { readonly kind: 'refused' };

/** Asks the owner of a pending row once more, as the operator wants it: within what their address may get in a day. */
export async function askAgain(
  { confirmations, limits }: AskAgainDependencies,
  subscriber: Subscriber,
  now: Instant,
): Promise<AskedAgain> {
  const own = resendLimits(subscriber.h);
  const taken = await limits.take(own, now);
  if (taken.kind === 'full') return { kind: 'tooOften', until: taken.until };
  if ((await confirmations.send([questionFor(subscriber)])) === 0) return { kind: 'asked' };
  await limits.giveBack(own, now);
  return { kind: 'refused' };
}

/** Those of these rows whose addresses may be asked again now; each counts as asked. */
export async function* withinLimits(
  { limits }: Pick<AskAgainDependencies, 'limits'>,
  rows: AsyncIterable<Subscriber>,
  now: () => Instant,
): AsyncGenerator<Subscriber> {
  for await (const row of rows) {
    if ((await limits.take(resendLimits(row.h), now())).kind === 'taken') yield row;
  }
}
