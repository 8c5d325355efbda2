import type { Sealer } from '../domain/sealed.ts';
import { HOUR, type Instant } from '../domain/time.ts';
import { type AnswerEachDependencies, answerEach, type Poison } from '../runtime/answer-each.ts';
import { errorName } from '../runtime/log.ts';
import type { WorkDone } from './do-work.ts';
import { type Reply, TROUBLE } from './messages.ts';
import { openWork, type Work } from './work.ts';

export interface AnswerWorkParts extends Omit<AnswerEachDependencies, 'subject' | 'answer'> {
  readonly sealer: Sealer;
  readonly marks: { set(kind: string, id: string, until: Instant): Promise<boolean> };
  readonly doWork: (work: Work) => Promise<WorkDone>;
  readonly respond: (responseUrl: string, reply: Reply) => Promise<boolean>;
  readonly now: () => Instant;
}

const BEGUN = 'slack-work';
/** A `response_url` is good for half an hour: later than that nobody waits. */
const REMEMBERED = 24 * HOUR;

/**
 * Handles messages of the work queue. Each is begun at most once, because it may post in a channel: whoever asked hears of
 * trouble and asks again. What could not be marked as begun comes again; what cannot be read is put aside.
 */
export function answerWork(parts: AnswerWorkParts) {
  return answerEach({ ...parts, subject: 'slack', answer });

  async function answer(body: string): Promise<Poison | undefined> {
    const opened = openWork(parts.sealer, body);
    if (opened === undefined) return { reason: 'Expected work of ours, got a message that does not open' };
    const { id, work } = opened;
    if (!(await parts.marks.set(BEGUN, id, parts.now() + REMEMBERED))) return undefined;
    const startedAt = parts.now();
    const { result, reply } = await parts.doWork(work).catch((error: unknown): WorkDone => {
      parts.log({ event: 'request.failed', route: `slack ${work.kind}`, error: errorName(error) });
      return { result: 'failed', reply: TROUBLE };
    });
    if ('responseUrl' in work && reply !== undefined) await parts.respond(work.responseUrl, reply);
    const durationMs = parts.now() - startedAt;
    parts.log({ event: 'slack.work', work: work.kind, page: work.page, result, durationMs });
    return undefined;
  }
}
