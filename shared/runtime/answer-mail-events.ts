import type { Judgement } from '../feedback/email/judge.ts';
import { type MailEvent, parseMailEvent } from '../feedback/email/mail-event.ts';
import { type AnswerEachDependencies, answerEach } from './answer-each.ts';
import { withoutAddresses } from './without-addresses.ts';

export interface AnswerMailEventsDependencies extends Omit<AnswerEachDependencies, 'subject' | 'answer'> {
  readonly answer: (event: MailEvent) => Promise<Judgement>;
}

/** Handles a batch of SES events, each by itself. What is put aside is put aside without the addresses that it holds. */
export function answerMailEvents({ answer, bury, ...deps }: AnswerMailEventsDependencies) {
  return answerEach({
    ...deps,
    subject: 'mail',
    bury: (body, reason) => bury(withoutAddresses(body), reason),
    async answer(body) {
      const parsed = parseMailEvent(body);
      if ('reason' in parsed) return parsed;
      note(parsed.event, await answer(parsed.event));
      return undefined;
    },
  });

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
