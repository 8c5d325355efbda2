import { randomUUID } from 'node:crypto';
import type { Fault } from '../faults.ts';
import type { Records } from '../records.ts';
import type { BulkEntry, BulkRequest } from './bulk-request.ts';
import { tagValue } from './bulk-request.ts';
import { addressFault, checkBulkRules, mergedHeaders } from './bulk-rules.ts';
import type { SesEngine } from './engine.ts';
import type { SentMail } from './mail-events.ts';
import type { MailRoom } from './mail-room.ts';
import { RecordedEmail } from './recorded-email.ts';
import { SesRefusal } from './ses-error.ts';
import {
  defaultData,
  missingFrom,
  replacementData,
  type TemplateData,
  variablesOf,
} from './template-data.ts';

export interface EntryResult {
  readonly Status: string;
  readonly MessageId?: string;
  readonly Error?: string;
}

interface Parts {
  readonly records: Records;
  readonly room: MailRoom;
  readonly intern: (text: string) => string;
}

/** Sends the entries that can be sent and answers for all of them, in order. */
export async function sendBulkEmail(
  request: BulkRequest,
  fault: Fault | undefined,
  engine: SesEngine,
  parts: Parts,
): Promise<readonly EntryResult[]> {
  const scripted = fault?.entries ?? {};
  checkBulkRules(request);
  const variables = variablesOf(request);
  const defaults = defaultData(request);
  const update = tagValue(request.DefaultEmailTags, 'update_id');
  function refuse(code: string, reason: string, to?: string, accepted = false): void {
    parts.records.refuse({
      channel: 'email',
      code,
      reason,
      update,
      accepted,
      ...(to !== undefined && { to }),
    });
  }

  const missing = missingFrom(defaults, variables);
  if (missing.length > 0) refuse('TemplateData', `default data lacks ${missing.join(', ')}`, undefined, true);

  const results: EntryResult[] = [];
  const sendable: { place: number; entry: BulkEntry; own: TemplateData }[] = [];
  for (const [place, entry] of request.BulkEmailEntries.entries()) {
    const result = settleWithoutSending(entry, scripted);
    if (!result) sendable.push({ place, entry, own: replacementData(entry) });
    else {
      results[place] = result;
      refuse(result.Status, result.Error ?? 'scripted fault', entry.Destination.ToAddresses[0]);
    }
  }

  for (const [index, messageId] of (await forward(request, sendable, engine)).entries()) {
    const sent = sendable[index];
    if (!sent) throw new Error('Expected one result of the email engine per entry');
    const [to] = sent.entry.Destination.ToAddresses;
    const data = { ...defaults, ...sent.own };
    const rendered = engine.takeRendered(messageId, to);
    // The engine's ids have nine random digits and collide within 20,000 mails; these have SES's shape.
    const providerId = `0100${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
    results[sent.place] = { Status: 'SUCCESS', MessageId: providerId };

    const mail = () => sentMail(request, sent.entry, rendered.subject, providerId);
    if (parts.room.holdsBack(to, mail)) {
      refuse('Suppressed', 'on the suppression list: accepted, but never sent', to);
      continue;
    }
    const lost = missingFrom(data, variables);
    if (lost.length > 0) {
      // SES answers SUCCESS and then emits a Rendering Failure event: nobody gets this mail.
      refuse('RenderingFailure', `no value for ${lost.join(', ')}: accepted, but never sent`, to);
      parts.room.notRendered(mail(), `no value for ${lost.join(', ')}`);
      continue;
    }
    const unstated = missingFrom(sent.own, variables);
    if (unstated.length > 0) {
      refuse('ReplacementTemplateData', `relies on default data for ${unstated.join(', ')}`, to, true);
    }
    parts.records.accept(
      new RecordedEmail(request, sent.entry, { data, rendered, providerId }, parts.intern),
    );
    parts.room.sent(to, fault?.to === to ? fault.bounce : undefined, mail);
  }
  return results;
}

function sentMail(request: BulkRequest, entry: BulkEntry, subject: string, messageId: string): SentMail {
  return {
    to: entry.Destination.ToAddresses[0],
    from: request.FromEmailAddress,
    subject,
    messageId,
    configurationSet: request.ConfigurationSetName ?? '',
    tags: [...request.DefaultEmailTags, ...entry.ReplacementTags],
    headers: mergedHeaders(request.DefaultContent.Template.Headers, entry.ReplacementHeaders),
    sentAt: new Date(),
  };
}

function settleWithoutSending(
  entry: BulkEntry,
  scripted: Readonly<Record<string, string>>,
): EntryResult | undefined {
  const fault = addressFault(entry);
  if (fault !== undefined) return { Status: 'INVALID_PARAMETER', Error: `Invalid address: ${fault}` };
  const status = scripted[entry.Destination.ToAddresses[0]];
  return status === undefined ? undefined : { Status: status, Error: 'scripted fault' };
}

/** Gives the entries to the engine and returns its message ids, in order. */
async function forward(
  request: BulkRequest,
  sendable: readonly { entry: BulkEntry }[],
  engine: SesEngine,
): Promise<string[]> {
  if (sendable.length === 0) return [];
  const body = JSON.stringify({ ...request, BulkEmailEntries: sendable.map(({ entry }) => entry) });
  const answer = await engine.forward('POST', '/v2/email/outbound-bulk-emails', Buffer.from(body));
  if (answer.status !== 200)
    throw new SesRefusal('BadRequestException', `Refused by the engine: ${answer.body}`);
  // Safe: the engine's answer to this operation has this shape.
  const { BulkEmailEntryResults } = JSON.parse(answer.body) as { BulkEmailEntryResults: EntryResult[] };
  return BulkEmailEntryResults.map(({ Status, MessageId, Error: reason }) => {
    if (Status === 'SUCCESS' && MessageId !== undefined) return MessageId;
    throw new SesRefusal('BadRequestException', `Refused by the engine: ${reason}`);
  });
}
