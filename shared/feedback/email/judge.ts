import type { MailEvent } from './mail-event.ts';
import { isAboutSender } from './status-codes.ts';
import { speaksForMany } from './trusted-hosts.ts';

/** Never again to this address: its mailbox is gone, or SES keeps it on the account's suppression list. */
export const BOUNCED = 'email.bounced';
export const SUPPRESSED = 'email.suppressed';
/** The owner called our mail spam. Only they can want it again. */
export const COMPLAINT = 'email.complaint';

/**
 * What an event asks us to do.
 *
 * | kind    | what happens                                                                              |
 * |---------|-------------------------------------------------------------------------------------------|
 * | giveUp  | the address is used no more, on any page                                                  |
 * | strike  | counts against the address on this page (`email.softBounce`)                              |
 * | leave   | unsubscribed from this page, without a word                                               |
 * | halt    | email pauses and the operator is called: our mail as such is refused                      |
 * | refused | the same, said by a server that anybody may run: counted, and an alarm when many say it   |
 * | bug     | our mail was broken or held a virus: the operator is called                               |
 * | note    | counted                                                                                   |
 */
export type Judgement =
  | { readonly kind: 'giveUp' | 'strike' | 'leave'; readonly cause: string }
  | { readonly kind: 'halt' | 'refused' | 'bug' | 'note'; readonly cause: string };

/** Of one mail, not of its mailbox. */
const ABOUT_THE_MAIL = new Set(['MessageTooLarge', 'ContentRejected', 'AttachmentRejected']);
const LISTED = new Set(['Suppressed', 'OnAccountSuppressionList']);

/** Total: every event has one answer, and what nobody knows is counted only. (The table: docs/email.md; status
 * codes: RFC 3463.) */
export function judge(event: MailEvent): Judgement {
  switch (event.kind) {
    case 'bounce':
      return judgeBounce(event);
    case 'complaint':
      // Not sent at all: the address is on the list because of a complaint about an earlier mail.
      if (LISTED.has(event.subType)) return { kind: 'giveUp', cause: SUPPRESSED };
      return event.type === 'not-spam'
        ? { kind: 'note', cause: 'email.not_spam' }
        : { kind: 'leave', cause: COMPLAINT };
    case 'delay':
      return { kind: 'note', cause: causeOf('delayed', event.type) };
    case 'reject':
      return { kind: 'bug', cause: 'email.rejected' };
    case 'renderingFailure':
      return { kind: 'bug', cause: 'email.rendering_failure' };
    case 'other':
      return { kind: 'note', cause: 'email.other' };
  }
}

/** First whose fault it is: a slip in our DNS must not cost anybody their subscription. */
function judgeBounce({ type, subType, codes, mail }: MailEvent & { kind: 'bounce' }): Judgement {
  if (LISTED.has(subType)) return { kind: 'giveUp', cause: SUPPRESSED };
  if (isAboutSender(codes)) {
    const code = codes.find((one) => isAboutSender([one])) ?? '';
    const isFinal = type === 'Permanent';
    return { kind: isFinal && speaksForMany(mail.host) ? 'halt' : 'refused', cause: `email.${code}` };
  }
  if (type === 'Permanent') return { kind: 'giveUp', cause: BOUNCED };
  return { kind: ABOUT_THE_MAIL.has(subType) ? 'note' : 'strike', cause: causeOf('soft', subType) };
}

function causeOf(what: string, word: string): string {
  return word === '' ? `email.${what}` : `email.${what}_${word}`;
}
