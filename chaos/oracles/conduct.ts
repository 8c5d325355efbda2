import { TABLES } from '../../shared/deployment/tables.ts';
import { isReadByPeople } from '../../shared/domain/channel.ts';
import { type Instant, SECOND } from '../../shared/domain/time.ts';
import { CANARIES, type Person } from '../world/people.ts';
import type { Accepted } from '../world/providers.ts';
import type { World } from '../world/world.ts';
import type { Violation } from './verdict.ts';

/** On channels that people read, a person hears of updates in their order: an email in doubt may come twice, never late. */
export function orderOf(accepted: readonly Accepted[]): Violation[] {
  const last = new Map<string, number>();
  const violations: Violation[] = [];
  for (const { channel, h, incident, sequence } of accepted) {
    if (!isReadByPeople(channel)) continue;
    const key = `${channel} ${h} ${incident}`;
    const before = last.get(key) ?? 0;
    if (sequence < before)
      violations.push({ invariant: 3, what: `${key} heard of ${sequence} after ${before}` });
    last.set(key, Math.max(before, sequence));
  }
  return violations;
}

/** Nobody is told by a call that begins more than a second after their leaving was answered. */
export function leftAlone(accepted: readonly Accepted[], people: readonly Person[]): Violation[] {
  const gone = new Map<string, Instant>();
  for (const { channel, h, leaving } of people) {
    if (leaving?.answered !== undefined) gone.set(`${channel} ${h}`, leaving.answered);
  }
  return accepted
    .filter(
      ({ channel, h, calledAt }) =>
        calledAt > (gone.get(`${channel} ${h}`) ?? Number.POSITIVE_INFINITY) + SECOND,
    )
    .map(({ channel, h, update }) => ({
      invariant: 5,
      what: `${channel} ${h} had left and was told of ${update}`,
    }));
}

/** Nothing is in a dead-letter queue: nothing was sent that cannot be processed. */
export function deadLetters({ queues }: World): Violation[] {
  return queues.dead.map(({ channel, reason, body }) => ({
    invariant: 7,
    what: `dead letter on ${channel}: ${reason} ${body}`,
  }));
}

/** No address and no text outside of where they live. */
export function leaks({ tables, queues, log }: World): Violation[] {
  const places = [
    ['queues', queues.bodies],
    ['log', log],
    ['deliveries', tables.items(TABLES.deliveries.logicalId)],
  ] as const;
  return places
    .filter(([, items]) => items.some((item) => CANARIES.test(JSON.stringify(item))))
    .map(([place]) => ({ invariant: 8, what: `an address or a text is in ${place}` }));
}

/** What the functions themselves called a bug. */
export function bugs({ log }: World): Violation[] {
  return log.flatMap((event) => {
    if (event.event === 'doorbell.bug')
      return [{ invariant: 0 as const, what: `bug in a sender: ${event.error}` }];
    if (event.event !== 'sweep.trouble' || event.error === 'trouble') return [];
    return [{ invariant: 0 as const, what: `bug in a sweep: ${event.error}` }];
  });
}
