import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Judgement } from '../feedback/email/judge.ts';
import { type MailEvent, parseMailEvent } from '../feedback/email/mail-event.ts';
import { errorName, type Log } from './log.ts';
import { withoutAddresses } from './without-addresses.ts';

export interface AnswerMailEventsDependencies {
  readonly answer: (event: MailEvent) => Promise<Judgement>;
  readonly bury: (body: string, reason: string) => Promise<void>;
  readonly isTrouble: (error: unknown) => boolean;
  readonly log: Log;
}

/**
 * Handles a batch of SES events, each by itself. One that nobody can read is put aside with the reason, without the addresses that
 * it holds; one that failed comes again.
 */
export function answerMailEvents(deps: AnswerMailEventsDependencies) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(
      event.Records.map(async (record) => ((await handle(record)) ? [] : [record.messageId])),
    );
    return { batchItemFailures: failures.flat().map((itemIdentifier) => ({ itemIdentifier })) };
  };

  /** Whether the message can be acknowledged. */
  async function handle({ body, messageId }: SQSRecord): Promise<boolean> {
    try {
      const parsed = parseMailEvent(body);
      if ('reason' in parsed) {
        deps.log({ event: 'mail.poison', reason: parsed.reason, messageId });
        await deps.bury(withoutAddresses(body), parsed.reason);
        return true;
      }
      note(parsed.event, await deps.answer(parsed.event));
      return true;
    } catch (error) {
      const name = deps.isTrouble(error) ? 'mail.trouble' : 'mail.bug';
      deps.log({ event: name, error: errorName(error), messageId });
      return false;
    }
  }

  function note({ kind, mail }: MailEvent, judgement: Judgement): void {
    const { page, h, update, delivery } = mail;
    deps.log({
      event: 'mail.reported',
      report: kind,
      judgement: judgement.kind,
      cause: judgement.cause,
      page,
      reports: 1,
      ...(h !== undefined && { h }),
      ...(update !== undefined && { update }),
      ...(delivery !== undefined && { delivery }),
    });
  }
}
