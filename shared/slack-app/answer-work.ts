import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Sealer } from '../domain/sealed.ts';
import { HOUR, type Instant } from '../domain/time.ts';
import { errorName, type Log } from '../runtime/log.ts';
import type { WorkDone } from './do-work.ts';
import { type Reply, TROUBLE } from './messages.ts';
import { openWork, type Work } from './work.ts';

export interface AnswerWorkParts {
  readonly sealer: Sealer;
  readonly marks: { set(kind: string, id: string, until: Instant): Promise<boolean> };
  readonly doWork: (work: Work) => Promise<WorkDone>;
  readonly respond: (responseUrl: string, reply: Reply) => Promise<boolean>;
  readonly now: () => Instant;
  readonly log: Log;
}

const BEGUN = 'slack-work';
/** A `response_url` is good for half an hour: later than that nobody waits. */
const REMEMBERED = 24 * HOUR;

/**
 * Handles messages of the work queue. Each is begun at most once, because it may post in a channel: whoever asked hears of
 * trouble and asks again. What cannot be read, and what could not be marked as begun, goes back to the queue.
 */
export function answerWork(parts: AnswerWorkParts) {
  async function one(body: string): Promise<void> {
    const opened = openWork(parts.sealer, body);
    if (opened === undefined) throw new Error('Expected work of ours, got a message that does not open');
    const { id, work } = opened;
    if (!(await parts.marks.set(BEGUN, id, parts.now() + REMEMBERED))) return;
    const startedAt = parts.now();
    const { result, reply } = await parts.doWork(work).catch((error: unknown): WorkDone => {
      parts.log({ event: 'request.failed', route: `slack ${work.kind}`, error: errorName(error) });
      return { result: 'failed', reply: TROUBLE };
    });
    if ('responseUrl' in work && reply !== undefined) await parts.respond(work.responseUrl, reply);
    const durationMs = parts.now() - startedAt;
    parts.log({ event: 'slack.work', work: work.kind, page: work.page, result, durationMs });
  }

  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const results = await Promise.allSettled(event.Records.map(({ body }) => one(body)));
    const batchItemFailures = event.Records.flatMap(({ messageId }, index) => {
      const result = results[index];
      if (result?.status !== 'rejected') return [];
      parts.log({ event: 'request.failed', route: 'slack work', error: errorName(result.reason) });
      return [{ itemIdentifier: messageId }];
    });
    return { batchItemFailures };
  };
}
