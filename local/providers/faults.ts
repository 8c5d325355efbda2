import { setTimeout as sleep } from 'node:timers/promises';
import type { Bounce } from './email/mail-fate.ts';
import type { Answer, Reply } from './http-endpoint.ts';
import type { Channel } from './messages.ts';

/** A scripted misbehaviour of one provider. The first rule that matches and has calls left is used. */
export interface Fault {
  readonly channel: Channel;
  /** Only calls for this recipient (email: any entry of the call; webhook: URL or path). Default: any. */
  readonly to?: string;
  /** Only calls for this update. Default: any. */
  readonly update?: string;
  /**
   * Only this operation: `SendBulkEmail`, `GetAccount`, `messages.create`, `messages.list`, `chat.update` ... What the carrier of a
   * text does is one as well, `carrier`, and befalls nobody unless it is named: `error` is the code that it reports.
   */
  readonly operation?: string;
  /** How many calls it befalls. Default 1; `Infinity` for good. */
  readonly times?: number;

  /** Milliseconds between processing and answering. */
  readonly delayMs?: number;
  /** Connection dropped without an answer, before or after the call was processed. */
  readonly drop?: 'before' | 'after';
  /** HTTP status of the answer. */
  readonly status?: number;
  /** SES exception name, Twilio code or Slack error. */
  readonly error?: string | number;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  /** The call is processed all the same before it is answered with the fault (an ambiguous 500). */
  readonly processed?: boolean;
  /** Email: status of entries instead of SUCCESS, by address. Entries that are not named are accepted. */
  readonly entries?: Readonly<Record<string, string>>;
  /** Email: the mail to `to` is accepted, and reported as bounced a moment later. */
  readonly bounce?: Bounce;
  /** Webhook: further headers and the body of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What becomes of a text after Twilio has accepted it. */
export const CARRIER = 'carrier';

/** What a rule is matched against. */
export interface FaultTarget {
  readonly channel: Channel;
  readonly operation: string;
  readonly to: readonly string[];
  readonly update: string;
}

export interface Faults {
  script(fault: Fault): void;
  /** The fault that befalls this call, if any; it counts as used. */
  take(target: FaultTarget): Fault | undefined;
}

/** Starts with no fault scripted. */
export function createFaults(): Faults {
  const rules: { fault: Fault; left: number }[] = [];
  return {
    script(fault) {
      rules.push({ fault, left: fault.times ?? 1 });
    },
    take(target) {
      const rule = rules.find(({ fault, left }) => left > 0 && matches(fault, target));
      if (!rule) return undefined;
      rule.left -= 1;
      return rule.fault;
    },
  };
}

function matches(fault: Fault, target: FaultTarget): boolean {
  return (
    fault.channel === target.channel &&
    (fault.to === undefined || target.to.includes(fault.to)) &&
    (fault.update === undefined || fault.update === target.update) &&
    (fault.operation ?? (target.operation === CARRIER ? undefined : target.operation)) === target.operation
  );
}

/** Whether the fault answers with something else than the provider's ordinary answer. */
function refuses(fault: Fault): boolean {
  return fault.status !== undefined || fault.error !== undefined;
}

/**
 * Plays a fault: `process` does what the provider does with the call, `refuse` words the scripted refusal in
 * the provider's wire shape.
 */
export async function playFault(
  fault: Fault | undefined,
  process: () => Reply | Promise<Reply>,
  refuse: (fault: Fault) => Reply,
): Promise<Answer> {
  if (!fault) return process();
  const skipped =
    fault.drop === 'before' || (refuses(fault) && fault.processed !== true && fault.drop !== 'after');
  const processed = skipped ? undefined : await process();
  const reply = processed && !refuses(fault) ? processed : refuse(fault);
  // Unreferenced: a slow answer must not keep a process alive that was told to stop.
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  return fault.drop === undefined ? reply : 'drop';
}
