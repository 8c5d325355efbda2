import type { Outcome } from '../../domain/outcome.ts';
import type { Delivery } from '../channel.ts';

/** Calls that one window may cost: enough to corner one bad entry among 50, too few to hammer SES with a bad template. */
const MOST_CALLS = 12;

/**
 * Outcomes of a window whose call may be refused as malformed for the sake of one entry. A refused part, of which surely
 * nobody was told, is called again in halves. What is left when the calls or the time are used up is tried again one by one
 * (`retry`), where the bad entry shows itself alone.
 *
 * `call` answers `badRequest` only for parts of more than one.
 */
export async function bisect(
  window: readonly Delivery<'email'>[],
  call: (part: readonly Delivery<'email'>[]) => Promise<readonly Outcome[] | 'badRequest'>,
  timeIsLeft: () => boolean,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  const parts = [window];
  // The largest first: what is left at the end is small.
  for (let calls = 0, part = parts.shift(); part !== undefined; part = parts.shift()) {
    const answer = calls++ < MOST_CALLS && timeIsLeft() ? await call(part) : 'unresolved';
    if (answer === 'badRequest') {
      const middle = Math.ceil(part.length / 2);
      parts.push(part.slice(0, middle), part.slice(middle));
    } else {
      part.forEach((delivery, index) => {
        const known = answer === 'unresolved' ? undefined : answer[index];
        outcomes.set(delivery.id, known ?? { kind: 'retry', cause: 'email.BadRequestException' });
      });
    }
  }
  return window.map(({ id }) => outcomes.get(id) ?? { kind: 'retry', cause: 'email.BadRequestException' });
}
