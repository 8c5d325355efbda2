import type { AddressHash } from '../../domain/subscriber.ts';
import type { Instant } from '../../domain/time.ts';
import type { OptOutStore } from '../../store/opt-outs.ts';
import type { SubscriberRowStore } from '../../store/subscriber-rows.ts';

export interface StopDependencies {
  readonly rows: Pick<SubscriberRowStore, 'refsOf'>;
  readonly optOuts: Pick<OptOutStore, 'stop' | 'start'>;
}

/**
 * STOP: every row of a number ends, on all pages, because all pages send from one service and the carrier stops that. Again is the same
 * as once. Once this has returned, no call that starts more than a second later tells the number.
 * Returns how many rows it changed.
 */
export function stopNumber(deps: StopDependencies, h: AddressHash, at: Instant): Promise<number> {
  return eachRow(deps, h, (ref) => deps.optOuts.stop(ref, at));
}

/** START: the rows that STOP ended are active again, and no others: it makes no subscription. Returns how many. */
export function startNumber(deps: StopDependencies, h: AddressHash, at: Instant): Promise<number> {
  return eachRow(deps, h, (ref) => deps.optOuts.start(ref, at));
}

type Ref = Awaited<ReturnType<SubscriberRowStore['refsOf']>>[number];

async function eachRow(
  { rows }: StopDependencies,
  h: AddressHash,
  change: (ref: Ref) => Promise<boolean>,
): Promise<number> {
  const refs = (await rows.refsOf(h)).filter(({ channel }) => channel === 'sms');
  const changed = await Promise.all(refs.map(change));
  return changed.filter(Boolean).length;
}
