import type { ChannelSender } from '../../channels/channel.ts';
import {
  askLater,
  type ExceptionRow,
  end,
  foundTold,
  isForlorn,
  markResent,
} from '../../domain/exception.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { SubscriberStore } from '../../store/subscribers.ts';
import type { ChunkJob } from './job.ts';
import { deliveryTo } from './tell.ts';

export interface SettleDoubtDependencies {
  readonly sender: Pick<ChannelSender, 'doubt' | 'ask'>;
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether the provider answers at all: asked once for all who are in doubt. */
  readonly providerAnswers: () => Promise<boolean>;
}

/** What becomes of a doubt whose grace is over, by the channel's policy. A row that comes back `waiting` is to be sent again. */
export async function settleDoubt(
  { sender, subscribers, clock, providerAnswers }: SettleDoubtDependencies,
  job: ChunkJob,
  row: ExceptionRow,
): Promise<ExceptionRow> {
  const resend: ExceptionRow = { ...row, state: 'waiting' };
  switch (sender.doubt) {
    case 'resend':
      return resend;
    case 'leave':
      return end(row, 'inDoubt', row.cause);
    case 'resendOnce':
      if (row.resent || row.overtaken) return end(row, 'inDoubt', row.cause);
      // A provider that is still down would use up the one resend.
      return (await providerAnswers()) ? markResent(resend) : askLater(row, clock.now());
    case 'ask': {
      const recipient = await subscribers.get(job.page.id, job.channel, row.h);
      if (recipient === undefined) return end(row, 'suppressed', 'fanout.leftBefore');
      const delivery = deliveryTo(recipient, job, row.attempt + 1);
      const answer = await sender.ask?.(job, delivery, row.calledAt ?? row.since);
      if (answer?.kind === 'told') return foundTold(row, answer.providerId);
      if (answer?.kind !== 'notTold') return askLater(row, clock.now());
      if (row.overtaken) return end(row, 'superseded', 'fanout.newerUpdate');
      return isForlorn(row, clock.now()) ? end(row, 'failed', row.cause) : resend;
    }
  }
}

/** The end of an email in doubt that is not sent again after all: the first call may have told its recipient. */
export function unlessInDoubt(
  { doubt }: Pick<ChannelSender, 'doubt'>,
  before: ExceptionRow,
): ExceptionRow | undefined {
  const doubtful = before.resent || (before.state === 'doubt' && doubt === 'resendOnce');
  return doubtful ? end(before, 'inDoubt', before.cause) : undefined;
}
