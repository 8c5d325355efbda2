import { CHANNELS, type Channel } from '../domain/channel.ts';
import { rateNow, rateSource } from '../domain/pace.ts';
import { type Instant, MINUTE, type Millis } from '../domain/time.ts';
import type { PaceStore } from '../store/paces.ts';
import type { PauseStore } from '../store/pauses.ts';
import { WHOLE_SENDER } from './deliver/breaker.ts';
import type { Rates } from './plan.ts';

export interface GateDependencies {
  readonly pauses: Pick<PauseStore, 'read'>;
  readonly paces: Pick<PaceStore, 'read'>;
  /** Those that are switched on. */
  readonly channels: readonly Channel[];
  readonly rates: Rates;
}

export interface Gate {
  /** Deliveries a second; undefined for as fast as we can. */
  readonly rate: number | undefined;
  /** Its provider takes nothing just now, and somebody is trying. */
  readonly paused: boolean;
  /** Whether one more doorbell may be rung. */
  open(): boolean;
}

export type Gates = Readonly<Record<Channel, Gate>>;

/** A pause that has been over for so long has nobody left who would try: their doorbells were lost. */
const FORSAKEN: Millis = MINUTE;

/**
 * A channel without a pause mark takes all doorbells. One that pauses takes none: those who wait try by themselves, and
 * doorbells added to theirs each minute would pile up over a long outage. A forsaken pause takes a single one; a channel that is
 * switched off none, because nobody takes them out.
 */
export async function readGates(deps: GateDependencies, now: Instant): Promise<Gates> {
  const gates = CHANNELS.map(async (channel) => {
    const [pause, pace] = await Promise.all([
      deps.pauses.read(channel, WHOLE_SENDER),
      deps.paces.read(channel),
    ]);
    const setting = deps.rates[channel];
    const rate = pace ? rateNow(pace, rateSource(channel, setting), now) : setting;
    const isOn = deps.channels.includes(channel);
    const paused = isOn && pause !== undefined && pause.until + FORSAKEN > now;
    let left = !isOn || paused ? 0 : pause === undefined ? Number.POSITIVE_INFINITY : 1;
    return [channel, { rate, paused, open: () => left-- > 0 }] as const;
  });
  return Object.fromEntries(await Promise.all(gates)) as Gates; // fromEntries forgets its keys; CHANNELS names them all
}
