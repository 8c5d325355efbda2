import { describe, expect, it, test } from 'vitest';
import { judge } from '../../../shared/feedback/email/judge.ts';
import { parseMailEvent } from '../../../shared/feedback/email/mail-event.ts';
import { bounceText, complaintText, eventText, H } from './events.ts';

function judgementOf(text: string): string {
  const parsed = parseMailEvent(text);
  if ('reason' in parsed) throw new Error(parsed.reason);
  const { kind, cause } = judge(parsed.event);
  return `${kind} ${cause}`;
}

const gmail = { to: 'kim@gmail.com' };

describe('what is done about an event', () => {
  test.each<[string, string, string]>([
    ['no such mailbox', bounceText({ subType: 'NoEmail', status: '5.1.1' }), 'giveUp email.bounced'],
    ['a final bounce', bounceText(), 'giveUp email.bounced'],
    ['a bounce of a kind that nobody knows', bounceText({ subType: 'New' }), 'giveUp email.bounced'],
    ['an address on the global list', bounceText({ subType: 'Suppressed' }), 'giveUp email.suppressed'],
    [
      "an address on the account's list",
      bounceText({ subType: 'OnAccountSuppressionList', diagnosticCode: 'Amazon SES did not send' }),
      'giveUp email.suppressed',
    ],
    [
      'an address on the list for a complaint',
      complaintText(undefined, { subType: 'OnAccountSuppressionList' }),
      'giveUp email.suppressed',
    ],
    [
      'a full mailbox',
      bounceText({ type: 'Transient', subType: 'MailboxFull', status: '5.2.2' }),
      'strike email.soft_MailboxFull',
    ],
    ['a soft bounce', bounceText({ type: 'Transient' }), 'strike email.soft_General'],
    ['an undetermined bounce', bounceText({ type: 'Undetermined' }), 'strike email.soft_General'],
    ['a bounce of a new type', bounceText({ type: 'Quantum' }), 'strike email.soft_General'],
    [
      'a mail that was too large',
      bounceText({ type: 'Transient', subType: 'MessageTooLarge' }),
      'note email.soft_MessageTooLarge',
    ],
    [
      'a refused content',
      bounceText({ type: 'Transient', subType: 'ContentRejected' }),
      'note email.soft_ContentRejected',
    ],
    [
      'a refused attachment',
      bounceText({ type: 'Transient', subType: 'AttachmentRejected' }),
      'note email.soft_AttachmentRejected',
    ],
    [
      'Gmail: unauthenticated',
      bounceText({
        ...gmail,
        status: '5.7.26',
        diagnosticCode: 'smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated.',
      }),
      'halt email.5.7.26',
    ],
    [
      'Outlook.com: unauthenticated, with a code in the text only',
      bounceText({
        to: 'kim@Outlook.com',
        status: '5.0.0',
        diagnosticCode: 'smtp; 550 5.7.515 Access denied, sending domain does not meet the level',
      }),
      'halt email.5.7.515',
    ],
    [
      'Yahoo: policy',
      bounceText({
        to: 'kim@yahoo.com',
        diagnosticCode: 'smtp; 554 5.7.9 Message not accepted for policy reasons.',
      }),
      'halt email.5.7.9',
    ],
    [
      'the same of a server that anybody may run',
      bounceText({ to: 'kim@mine.example', status: '5.7.26' }),
      'refused email.5.7.26',
    ],
    [
      'a provider that slows us down by policy',
      bounceText({ ...gmail, type: 'Transient', status: '4.7.28' }),
      'refused email.4.7.28',
    ],
    [
      'an IP address that looks like a code',
      bounceText({ ...gmail, diagnosticCode: 'smtp; 550 no mailbox here, says 5.7.26.1' }),
      'giveUp email.bounced',
    ],
    ['a complaint', complaintText('abuse'), 'leave email.complaint'],
    ['a complaint without a type', complaintText(undefined), 'leave email.complaint'],
    ['the opposite of a complaint', complaintText('not-spam'), 'note email.not_spam'],
    [
      'a delay',
      eventText({ eventType: 'DeliveryDelay', deliveryDelay: { delayType: 'MailboxFull' } }),
      'note email.delayed_MailboxFull',
    ],
    ['a virus', eventText({ eventType: 'Reject', reject: { reason: 'Bad content' } }), 'bug email.rejected'],
    [
      'a variable without a value',
      eventText({ eventType: 'Rendering Failure', failure: { errorMessage: 'x', templateName: 'y' } }),
      'bug email.rendering_failure',
    ],
    ['what we did not ask for', eventText({ eventType: 'Delivery', delivery: {} }), 'note email.other'],
    [
      'a subscription of SES’s own lists, which we do not use',
      eventText({ eventType: 'Subscription', subscription: {} }),
      'note email.other',
    ],
    ['what nobody knows', eventText({ eventType: 'Teleportation' }), 'note email.other'],
  ])('%s', (_, text, judgement) => expect(judgementOf(text)).toBe(judgement));
});

describe('an event', () => {
  it('names its mail by what we tagged it with, and nothing else', () => {
    expect(parseMailEvent(bounceText({ ...gmail, sentAt: 5_000 }))).toMatchObject({
      event: {
        mail: {
          page: 'batch',
          h: H,
          update: 'u1',
          incident: 'i1',
          delivery: 'd1',
          sentAt: 5_000,
          host: 'gmail.com',
        },
      },
    });
    expect(JSON.stringify(parseMailEvent(bounceText(gmail)))).not.toContain('kim');
  });

  test.each([
    ['no JSON', 'Bounce!', 'Expected JSON'],
    ['null', 'null', 'the whole'],
    ['of an identity, without tags', JSON.stringify({ notificationType: 'Bounce', mail: {} }), 'eventType'],
    ['without a page', eventText({ eventType: 'Bounce', tags: { page_id: [] } }), 'mail.tags.page_id'],
    ['for another key', eventText({ eventType: 'Bounce', tags: { page_id: ['a#b'] } }), 'mail.tags.page_id'],
    [
      'for no hash',
      eventText({ eventType: 'Bounce', tags: { subscriber: ['kim'] } }),
      'mail.tags.subscriber',
    ],
    ['without its bounce', eventText({ eventType: 'Bounce' }), 'bounce'],
    ['with an id for another key', bounceText({ id: 'a#b' }), 'bounce.feedbackId'],
    ['of no time', bounceText().replace(/"1970[^"]*"/g, '"soon"'), 'mail.timestamp'],
  ])('%s is put aside with a reason that quotes nothing', (_, text, reason) => {
    const parsed = parseMailEvent(text);
    expect(parsed).toHaveProperty('reason', expect.stringContaining(reason));
    expect(JSON.stringify(parsed)).not.toContain('kim');
  });
});
