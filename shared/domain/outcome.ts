import type { Cause } from './cause.ts';
import type { StrikeRule } from './strikes.ts';
import type { Millis } from './time.ts';

/**
 * What came of one attempt to tell one subscriber. The only thing that the rest of the system knows of a
 * provider's answer: `classify` of each channel is total, and nothing downstream inspects errors.
 *
 * | kind       | was it sent?  | who acts                                                            |
 * |------------|---------------|---------------------------------------------------------------------|
 * | sent       | yes           | counts as told                                                      |
 * | retry      | surely not    | this delivery is tried again on the channel's schedule              |
 * | backoff    | surely not    | all in `scope` wait; no attempt is spent, the fault is not theirs   |
 * | quarantine | surely not    | the address is not used again until its owner acts                  |
 * | drop       | surely not    | failed for good: these bytes can never succeed; the operator is told|
 * | halt       | surely not    | the operator's account is broken: the channel waits, nothing is lost|
 * | inDoubt    | nobody knows  | settled by the channel's policy after the grace                     |
 *
 * `strike`: the failure counts against the address under that rule, which may give it up in the end (`strikes.ts`).
 */
export type Outcome =
  | { readonly kind: 'sent'; readonly providerId: string }
  | {
      readonly kind: 'retry';
      readonly cause: Cause;
      readonly afterMs?: Millis;
      readonly strike?: StrikeRule;
      /** The receiver says no rather than "not now": from the third attempt on, only the last steps are left. */
      readonly lasting?: true;
    }
  | {
      readonly kind: 'backoff';
      readonly cause: Cause;
      readonly scope: 'endpoint' | 'installation' | 'sender';
      readonly afterMs: Millis;
    }
  | {
      readonly kind: 'quarantine';
      readonly cause: Cause;
      readonly scope: 'recipient' | 'endpoint' | 'installation';
    }
  | { readonly kind: 'drop'; readonly cause: Cause; readonly strike?: StrikeRule }
  | { readonly kind: 'halt'; readonly cause: Cause; readonly afterMs: Millis }
  | { readonly kind: 'inDoubt'; readonly cause: Cause };

/** Whether the provider surely did not process the call and all that it refuses is the sender as a whole. */
export function refusesSender(outcome: Outcome): boolean {
  return outcome.kind === 'halt' || (outcome.kind === 'backoff' && outcome.scope === 'sender');
}
