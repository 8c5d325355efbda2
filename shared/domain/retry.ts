import type { Channel } from './channel.ts';
import { HOUR, MINUTE, type Millis, SECOND } from './time.ts';

/**
 * Waits before the 2nd, 3rd, ... attempt of one delivery. After the last, the delivery has failed.
 *
 * | channel | attempts | last attempt after | source                                             |
 * |---------|----------|--------------------|----------------------------------------------------|
 * | email   | 5        | 12.6 min           | per-entry failures of SendBulkEmail                |
 * | sms     | 5        | 12.6 min           | as email: older texts are noise                    |
 * | slack   | 5        | 12.6 min           | as email                                           |
 * | webhook | 10       | 75.6 h             | Standard Webhooks 1.0.0, example schedule          |
 */
export const RETRY_SCHEDULE: Readonly<Record<Channel, readonly Millis[]>> = {
  email: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE],
  sms: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE],
  slack: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE],
  webhook: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
};

/** Share by which a wait is stretched or shortened, so that retries do not march in step. */
const JITTER = 0.2;

/** Longest that a provider's Retry-After is obeyed for one delivery. */
const LONGEST_ASKED: Millis = 2 * HOUR;

/** What a receiver says no to is tried this often at the usual pace: a deployment causes 404s for a while. */
const BEFORE_SKIPPING = 3;
/** Steps that are left after that. */
const LAST_STEPS = 3;

/**
 * The wait after `attempt` attempts (1 or more), or undefined when the schedule is used up. A wait that the provider
 * asked for lengthens a step, up to two hours, and never shortens it. `random` is in [0, 1). `lasting`: the receiver said no; from
 * the third attempt on only the schedule's last steps are left, so webhooks make six attempts instead of ten.
 */
export function retryAfter(
  channel: Channel,
  attempt: number,
  asked: Millis | undefined,
  random: number,
  lasting = false,
): Millis | undefined {
  const schedule = RETRY_SCHEDULE[channel];
  const skipped =
    lasting && attempt >= BEFORE_SKIPPING ? schedule.length - LAST_STEPS - BEFORE_SKIPPING + 1 : 0;
  const step = schedule[attempt - 1 + Math.max(0, skipped)];
  if (step === undefined) return undefined;
  const jittered = step * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(jittered, Math.min(asked ?? 0, LONGEST_ASKED)));
}

/** Bounds of a wait for a whole sender: a provider that is down or throttles. With the spread of its doorbells, under a minute. */
const SHORTEST_PAUSE: Millis = SECOND;
const LONGEST_PAUSE: Millis = 45 * SECOND;

/**
 * The wait of a whole scope after `attempt` refusals in a row (1 or more): exponential with full jitter, at least
 * what the provider asked for, which may exceed the cap.
 */
export function pauseAfter(attempt: number, asked: Millis, random: number): Millis {
  const ceiling = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** Math.min(attempt, 10));
  return Math.round(Math.max(asked, SHORTEST_PAUSE + random * (ceiling - SHORTEST_PAUSE)));
}
