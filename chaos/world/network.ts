import type { Instant, Millis } from '../../shared/domain/time.ts';
import type { Process } from './process.ts';
import type { Simulation } from './simulation.ts';

/** One request of a process to something outside of it: a table, a queue, a provider. */
export interface Point {
  /** Counted from 1 in the order in which requests leave. */
  readonly number: number;
  readonly at: Instant;
  readonly process: string;
  readonly service: 'tables' | 'queue' | 'provider' | 'poller';
  readonly operation: string;
  readonly target: string;
}

/**
 * What can happen to a request:
 * - `requestLost`: it never takes effect, the caller gets an error
 * - `responseLost`: it takes effect, the caller gets an error
 * - `repeated`: its answer is lost, the client asks again by itself, so it takes effect twice
 * - `dies`: the process dies before the request leaves
 * - `diesAfter`: it takes effect, and the process dies without the answer
 * - `stalls`: the process stands still for a while between the answer and its next step
 * - `freezes`: the process stands still for a while between its last look at the clock and the request, which leaves then, if it lives
 */
export const FAULT_KINDS = [
  'requestLost',
  'responseLost',
  'repeated',
  'dies',
  'diesAfter',
  'stalls',
  'freezes',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultPlan = (point: Point) => FaultKind | undefined;

/** What a client throws when no attempt of its has been answered: as AWS clients mark it, it passes. */
export class NoAnswer extends Error {
  override readonly name = 'TimeoutError';
  readonly $metadata = { attempts: 4 };
}

/** What one request takes before and after its effect, and how long a client goes on about an answer that never comes. */
export interface Journey {
  readonly there: Millis;
  readonly back: Millis;
  readonly givesUpAfter: Millis;
  /** After this long nobody waits for an answer any more, though one may come: a provider's client hangs up. */
  readonly hangsUpAfter?: Millis;
  /** Whether the client asks again by itself: AWS clients do, a provider's must not. */
  readonly repeats: boolean;
}

export interface NetworkOptions {
  readonly faults?: FaultPlan;
  readonly stallMs?: () => Millis;
}

export type Network = ReturnType<typeof createNetwork>;

/** Carries every request of every process, numbers it, and lets happen to it what a plan says. */
export function createNetwork(
  simulation: Simulation,
  { faults = () => undefined, stallMs = () => 45_000 }: NetworkOptions,
) {
  let points = 0;

  /** Resolves with what `effect` returns or throws, at the instant that it takes effect. Of a dead process: never. */
  function request<T>(
    process: Process,
    what: Pick<Point, 'service' | 'operation' | 'target'>,
    journey: Journey,
    effect: () => T,
  ): Promise<T> {
    if (!process.isAlive()) return new Promise(() => undefined);
    const point = { number: ++points, at: simulation.clock.now(), process: process.name, ...what };
    const fault = faults(point);
    if (fault === 'dies') {
      process.die();
      return new Promise(() => undefined);
    }
    if (fault === 'freezes') {
      return new Promise((thaw) => simulation.after(stallMs(), () => thaw(undefined))).then(() =>
        process.isAlive() ? carry(process, fault, journey, effect) : new Promise<T>(() => undefined),
      );
    }
    return carry(process, fault, journey, effect);
  }

  function carry<T>(
    process: Process,
    fault: FaultKind | undefined,
    journey: Journey,
    effect: () => T,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // What has left arrives, whatever becomes of the process that sent it.
      const answer = (result: () => void, ms: Millis) =>
        simulation.after(ms, () => {
          if (process.isAlive()) result();
        });
      if (journey.hangsUpAfter !== undefined) {
        answer(() => reject(new NoAnswer('Expected an answer in time, got none')), journey.hangsUpAfter);
      }
      simulation.after(journey.there, () => {
        if (fault === 'requestLost') {
          answer(() => reject(new NoAnswer('Expected an answer, got none')), journey.givesUpAfter);
          return;
        }
        const happened = outcomeOf(effect);
        const pass = () => ('error' in happened ? reject(happened.error) : resolve(happened.value));
        switch (fault) {
          case 'responseLost':
            answer(() => reject(new NoAnswer('Expected an answer, got none')), journey.givesUpAfter);
            return;
          case 'diesAfter':
            process.die();
            return;
          case 'stalls':
            answer(pass, journey.back + stallMs());
            return;
          case 'repeated': {
            if (!journey.repeats) return answer(pass, journey.back);
            simulation.after(journey.givesUpAfter / 4, () => {
              const again = outcomeOf(effect);
              answer(() => ('error' in again ? reject(again.error) : resolve(again.value)), journey.back);
            });
            return;
          }
          default:
            answer(pass, journey.back);
        }
      });
    });
  }

  return { request, points: () => points };
}

export function outcomeOf<T>(effect: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}
