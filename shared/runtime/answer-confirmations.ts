import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Channel } from '../domain/channel.ts';
import type { ConfirmationRequest } from '../domain/confirmation.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../domain/time.ts';
import type { RequestAnswer } from '../subscriptions/messengers.ts';
import type { RingConfirmation } from '../subscriptions/sign-up.ts';
import { poisonOf } from './answer-each.ts';
import { errorName, type Log } from './log.ts';
import { parseConfirmation } from './parse-confirmation.ts';

export interface AnswerConfirmationsDependencies {
  readonly answer: (request: ConfirmationRequest) => Promise<RequestAnswer>;
  /** Reserves one message of the channel's rate: 0, or how long to wait before asking again. */
  readonly turn: (channel: Channel) => Promise<Millis>;
  readonly ring: RingConfirmation;
  readonly bury: (body: string, reason: string) => Promise<void>;
  readonly isTrouble: (error: unknown) => boolean;
  readonly pause: (ms: Millis) => Promise<void>;
  readonly spacingMs: Millis;
  /** A request is begun only with this much of the invocation left. */
  readonly callTimeoutMs: Millis;
  readonly now: () => Instant;
  readonly log: Log;
}

/** The longest that the rate is waited for in a running function. */
const LONGEST_TURN: Millis = 2 * SECOND;

/** How long a request waits while our own tables are out of reach. */
const TROUBLE_WAIT: Millis = 30 * SECOND;

/** Waits for a provider that surely took nothing; after these the person has long asked again. */
const MOST_PUT_OFFS = 12;
const LONGEST_WAIT: Millis = 15 * MINUTE;

/**
 * Handles a batch of requests one after the other, at a pace of its own. Whatever has to come back is rung again first and
 * acknowledged then. A request is returned to the queue only when SQS refuses the new one, or a bug needs somebody to look.
 */
export function answerConfirmations(deps: AnswerConfirmationsDependencies) {
  return async (event: SQSEvent, deadline: Instant): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    for (const [index, record] of event.Records.entries()) {
      if (index > 0) await deps.pause(deps.spacingMs);
      const handled = await handle(record, deadline).catch(() => false);
      if (!handled) failed.push(record.messageId);
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };

  /** Whether the message can be acknowledged. */
  async function handle(record: SQSRecord, deadline: Instant): Promise<boolean> {
    const { body, messageId } = record;
    const parsed = parseConfirmation(body);
    if ('reason' in parsed) {
      deps.log({ event: 'confirmation.poison', reason: parsed.reason, messageId });
      await deps.bury(body, parsed.reason);
      return true;
    }
    const { request } = parsed;
    const startedAt = deps.now();
    if (deadline - startedAt < deps.callTimeoutMs) {
      await deps.ring(request);
      return true;
    }
    try {
      const waitMs = await takeTurn(request.channel);
      if (waitMs > 0) {
        await deps.ring(request, waitMs);
        return true;
      }
      const answer = await deps.answer(request);
      if (answer.kind === 'later') await putOff(request, answer.afterMs);
      note(request, answer, startedAt);
      return true;
    } catch (error) {
      const trouble = deps.isTrouble(error);
      const name = trouble ? 'confirmation.trouble' : 'confirmation.bug';
      deps.log({ event: name, error: errorName(error), messageId });
      if (trouble) await deps.ring(request, TROUBLE_WAIT);
      return trouble || putAside(record, error);
    }
  }

  /** Whether a bug has made the message poison. */
  async function putAside(record: SQSRecord, error: unknown): Promise<boolean> {
    const poison = poisonOf(record, error);
    if (poison === 'again') return false;
    await deps.bury(record.body, poison.reason);
    return true;
  }

  /** Waits a moment for the rate; for longer the request waits in its queue. */
  async function takeTurn(channel: Channel): Promise<Millis> {
    const waitMs = await deps.turn(channel);
    if (waitMs === 0 || waitMs > LONGEST_TURN) return waitMs;
    await deps.pause(waitMs);
    return deps.turn(channel);
  }

  async function putOff(request: ConfirmationRequest, afterMs: Millis): Promise<void> {
    const putOffs = (request.putOff ?? 0) + 1;
    if (putOffs > MOST_PUT_OFFS) return;
    const wait = Math.min(LONGEST_WAIT, Math.max(afterMs, SECOND * 2 ** putOffs));
    await deps.ring({ ...request, putOff: putOffs }, wait);
  }

  function note(
    { kind, page, channel, h }: ConfirmationRequest,
    answer: RequestAnswer,
    startedAt: Instant,
  ): void {
    deps.log({
      event: 'confirmation.answered',
      kind,
      page,
      channel,
      h,
      answer: answer.kind,
      ...('cause' in answer && { cause: answer.cause }),
      ...('afterMs' in answer && { afterMs: answer.afterMs }),
      durationMs: deps.now() - startedAt,
    });
  }
}
