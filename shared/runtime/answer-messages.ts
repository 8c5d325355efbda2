import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Channel } from '../domain/channel.ts';
import type { Doorbell } from '../domain/doorbell.ts';
import { type Instant, type Millis, SECOND } from '../domain/time.ts';
import type { Answered } from '../fanout/deliver/lanes.ts';
import type { Ring } from '../fanout/plan.ts';
import { poisonOf } from './answer-each.ts';
import { errorName, type Log } from './log.ts';
import { type OwnRings, ownRings, soonestOfEach } from './own-rings.ts';
import { parseDoorbell } from './parse-doorbell.ts';

export interface AnswerMessagesDependencies {
  readonly channel: Channel;
  readonly answerAll: (doorbells: readonly Doorbell[], deadline: Instant) => Promise<readonly Answered[]>;
  readonly ring: (rings: readonly Ring[]) => Promise<number>;
  readonly bury: (body: string, reason: string) => Promise<void>;
  readonly isTrouble: (error: unknown) => boolean;
  readonly now: () => Instant;
  readonly log: Log;
  /** Of the process: new unless given. */
  readonly own?: OwnRings;
}

/** How long a doorbell waits while our own tables are out of reach. */
const TROUBLE_WAIT: Millis = 30 * SECOND;

/**
 * Handles a batch of SQS messages. Whatever has to come back is rung again first and acknowledged then, so that
 * waiting burns no receives and a crash between leaves two doorbells, never none. A message is returned to the
 * queue only when nothing else can be done: SQS refuses the new doorbell, or it met a bug, which makes it poison at its fifth receive.
 *
 * Call once per process: copies of a message that has been rung again by the same process are acknowledged without another.
 */
export function answerMessages(deps: AnswerMessagesDependencies) {
  const { own = ownRings(deps.now) } = deps;
  return async (event: SQSEvent, deadline: Instant): Promise<SQSBatchResponse> => {
    const startedAt = deps.now();
    const failed = new Set<string>();
    const readable: { record: SQSRecord; doorbell: Doorbell }[] = [];
    const burials: Promise<void>[] = [];
    for (const record of event.Records) {
      const parsed = parseDoorbell(record.body);
      if ('reason' in parsed) burials.push(bury(record, parsed.reason));
      else if (parsed.doorbell.channel !== deps.channel)
        burials.push(bury(record, `Expected channel ${deps.channel}, got ${parsed.doorbell.channel}`));
      else readable.push({ record, doorbell: parsed.doorbell });
    }

    const answers = await deps
      .answerAll(
        readable.map(({ doorbell }) => doorbell),
        deadline,
      )
      .catch((error: unknown): Answered[] =>
        readable.map(() => ({ kind: deps.isTrouble(error) ? 'trouble' : 'bug', error })),
      );
    const again: { record: SQSRecord; ring: Ring }[] = [];
    for (const [index, { record, doorbell }] of readable.entries()) {
      const answer = answers[index];
      if (answer === undefined) continue;
      logAnswer(doorbell, record, answer, startedAt);
      for (const { doorbell: further, afterMs } of answer.onTheWay ?? []) {
        again.push({ record, ring: { doorbell: further, delayMs: afterMs } });
      }
      if (answer.kind === 'poison') burials.push(bury(record, answer.reason));
      else if (answer.kind === 'bug') {
        const poison = poisonOf(record, answer.error);
        if (poison === 'again') failed.add(record.messageId);
        else burials.push(bury(record, poison.reason));
      } else if (answer.kind === 'ringAgain')
        again.push({ record, ring: { doorbell, delayMs: answer.afterMs } });
      else if (answer.kind === 'trouble') again.push({ record, ring: { doorbell, delayMs: TROUBLE_WAIT } });
    }
    const needed = again.filter(({ ring }) => !own.covers(ring));
    if (needed.length > 0) {
      const rings = soonestOfEach(needed.map(({ ring }) => ring));
      const refused = await deps.ring(rings).catch(() => rings.length);
      // Which of them were refused is not worth knowing: a doorbell too many is harmless.
      if (refused > 0) for (const { record } of needed) failed.add(record.messageId);
      else own.remember(rings);
    }
    await Promise.all(burials);
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };

    async function bury(record: SQSRecord, reason: string): Promise<void> {
      deps.log({ event: 'doorbell.poison', channel: deps.channel, reason, messageId: record.messageId });
      await deps.bury(record.body, reason).catch(() => failed.add(record.messageId));
    }
  };

  function logAnswer(
    doorbell: Doorbell,
    { messageId }: SQSRecord,
    answer: Answered,
    startedAt: Instant,
  ): void {
    const { channel } = deps;
    if (answer.kind === 'trouble' || answer.kind === 'bug') {
      deps.log({ event: `doorbell.${answer.kind}`, channel, error: errorName(answer.error), messageId });
      return;
    }
    const entry = 'entry' in answer ? answer.entry : undefined;
    deps.log({
      event: 'chunk.answered',
      ...doorbell,
      answer: answer.kind,
      ...entry?.counts,
      ...('afterMs' in answer && { afterMs: Math.round(answer.afterMs) }),
      durationMs: deps.now() - startedAt,
    });
  }
}
