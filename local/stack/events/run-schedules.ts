import type { DeployedFunction } from '../functions/read-functions.ts';
import { scheduledEvent } from './event.ts';
import type { Rule } from './read-rules.ts';

/** Invokes a function with an event; resolves when the first attempt is over. */
export type InvokeAsync = (fn: DeployedFunction, event: unknown) => Promise<void>;

/**
 * Fires the scheduled rules until `signal` aborts, each at its own rate or, when given, every `periodMs`. A tick
 * that comes while the last one is still being worked on is left out: at the real rate there is none, and at a
 * faster one they would only pile up.
 */
export function runSchedules(
  rules: readonly Rule[],
  periodMs: number | undefined,
  invoke: InvokeAsync,
  signal: AbortSignal,
): void {
  for (const { trigger, targets, arn, logicalId } of rules) {
    if (trigger.kind !== 'schedule') continue;
    for (const target of targets) {
      if (target.kind === 'queue') throw new Error(`${logicalId}: a schedule of a queue is not interpreted`);
      let busy = false;
      const timer = setInterval(async () => {
        if (busy) return;
        busy = true;
        try {
          await invoke(target.function, target.input ?? scheduledEvent(arn, new Date()));
        } finally {
          busy = false;
        }
      }, periodMs ?? trigger.periodMs);
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    }
  }
}
