import type { Outcome } from '../../shared/domain/outcome.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { FAULT_KINDS, type FaultPlan } from './network.ts';
import type { Providers } from './providers.ts';
import { between, type Random } from './random.ts';

/** Faults at a share of all requests, of every kind, until so many have happened: a run has to come to an end. */
export function randomFaults(random: Random, share: number, most: number): FaultPlan {
  let left = most;
  return () => {
    if (left === 0 || random() >= share) return undefined;
    left--;
    return FAULT_KINDS[Math.floor(random() * FAULT_KINDS.length)];
  };
}

/** Every second run is paced, at a rate so low that chunks take turns for it. */
export const anyRate = (random: Random) => (random() < 0.5 ? undefined : between(random, 2, 8));

/** How long a process stands still: sometimes past its leases, sometimes past its end. */
export const randomStall = (random: Random) => () => between(random, SECOND, 70 * SECOND);

/** Providers that now and then put a message off, busy or flaky, and take their time over some calls. */
export function moodyProviders(providers: Providers, random: Random, share: number, most: number): void {
  let left = most;
  const isMoody = () => left > 0 && random() < share && left-- > 0;
  providers.refuse((channel) => {
    if (!isMoody()) return undefined;
    const moods: readonly Outcome[] = [
      { kind: 'retry', cause: `${channel}.flaky` },
      { kind: 'retry', cause: `${channel}.later`, afterMs: MINUTE, strike: 'webhook.failing' },
      { kind: 'backoff', cause: `${channel}.busy`, scope: 'sender', afterMs: 2 * SECOND },
      { kind: 'backoff', cause: `${channel}.full`, scope: 'installation', afterMs: 20 * SECOND },
      { kind: 'inDoubt', cause: `${channel}.silence` },
    ];
    return moods[Math.floor(random() * moods.length)];
  });
  // Of the slow calls some are answered when nobody waits any more.
  providers.slowDown(() => (random() < 0.9 ? 0 : between(random, 0, 9 * SECOND)));
}

/**
 * Now and then a call is taken long after its sender gave up, but within the grace. A newer update may have gone out by then: no
 * order can be asked of such a provider, only that nobody is told twice.
 */
export function lateProviders(providers: Providers, random: Random): void {
  providers.slowDown(() => (random() < 0.9 ? 0 : between(random, 5 * SECOND, 100 * SECOND)));
}
