import { GetAccountCommand } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EmailMessage } from '../../local/providers/messages.ts';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { bulkEmail, sesClient } from './clients.ts';

let providers: Providers;
beforeEach(async () => {
  providers = await startProviders({ rates: { email: 100 } });
});
afterEach(() => providers.stop());

const ada = 'ada@example.com';
const bob = 'bob@example.com';
const emails = () => providers.messages().filter((each): each is EmailMessage => each.channel === 'email');

test('each accepted entry is recorded as the engine rendered it', async () => {
  const answer = await sesClient(providers).send(bulkEmail([ada, bob]));

  const results = answer.BulkEmailEntryResults ?? [];
  expect(results.map((each) => each.Status)).toEqual(['SUCCESS', 'SUCCESS']);
  expect(providers.accepted('upd-1')).toEqual([
    { at: expect.any(String), channel: 'email', to: ada, update: 'upd-1', providerId: results[0]?.MessageId },
    { at: expect.any(String), channel: 'email', to: bob, update: 'upd-1', providerId: results[1]?.MessageId },
  ]);
  const [first] = emails();
  expect(first?.subject).toBe('[Acme] API errors');
  expect(first?.text).toBe(`Resolved. Unsubscribe: https://acme.com/u/${ada},${bob}`);
  expect(first?.html).toContain(`<a href="https://acme.com/u/${ada},${bob}">`);
  expect(first?.headers).toEqual([
    { name: 'Auto-Submitted', value: 'auto-generated' },
    { name: 'List-Unsubscribe', value: `<https://acme.com/u/${ada.length}>` },
  ]);
  expect(first?.tags).toEqual({ update_id: 'upd-1' });
  expect(providers.refused()).toEqual([]);
});

test('ids are unique over many mails', async () => {
  const many = Array.from({ length: 50 }, (_, place) => `reader-${place}@example.com`);
  await sesClient(providers).send(bulkEmail(many));
  expect(new Set(providers.accepted().map((each) => each.providerId)).size).toBe(50);
});

const spoiled: [string, Parameters<typeof bulkEmail>[1], string][] = [
  ['a header of SES', headers({ Name: 'Message-ID', Value: '<a@b>' }), 'Message-ID'],
  ['a header name with a colon', headers({ Name: 'X:Y', Value: 'z' }), 'Header name'],
  ['a header value that is not ASCII', headers({ Name: 'X-Title', Value: 'Störung' }), 'X-Title'],
  ['a header value with a line break', headers({ Name: 'X-Title', Value: 'a\nBcc: b@c' }), 'X-Title'],
  ['a header given twice', headers({ Name: 'X-A', Value: '1' }, { Name: 'x-a', Value: '2' }), 'given twice'],
  ['a tag out of its alphabet', { DefaultEmailTags: [{ Name: 'update_id', Value: 'a b' }] }, 'tag'],
  [
    'a member that is not modelled',
    { FromEmailAddressIdentityArn: 'arn:aws:ses' },
    'FromEmailAddressIdentityArn',
  ],
  ['template logic', subject('{{#if a}}x{{/if}}'), '{{name}} only'],
];

test.each(spoiled)('%s is a BadRequestException, and nobody is told', async (_, change, words) => {
  await expect(sesClient(providers).send(bulkEmail([ada], change))).rejects.toMatchObject({
    name: 'BadRequestException',
    message: expect.stringContaining(words),
  });
  expect(providers.accepted()).toEqual([]);
  expect(providers.refused()).toMatchObject([{ channel: 'email', code: 'BadRequestException' }]);
});

test('more than 50 entries or 15 headers are refused', async () => {
  const many = Array.from({ length: 51 }, (_, place) => `reader-${place}@example.com`);
  await expect(sesClient(providers).send(bulkEmail(many))).rejects.toThrow('BulkEmailEntries');
  const tooMany = headers(...Array.from({ length: 15 }, (_, place) => ({ Name: `X-${place}`, Value: 'y' })));
  await expect(sesClient(providers).send(bulkEmail([ada], tooMany))).rejects.toThrow('at most 15 headers');
});

test('an address that is not ASCII fails alone', async () => {
  const answer = await sesClient(providers).send(bulkEmail([ada, 'jürgen@example.com', bob]));
  expect(answer.BulkEmailEntryResults?.map((each) => each.Status)).toEqual([
    'SUCCESS',
    'INVALID_PARAMETER',
    'SUCCESS',
  ]);
  expect(providers.accepted().map((each) => each.to)).toEqual([ada, bob]);
});

test('a variable without a value: SES says SUCCESS, and nobody gets the mail', async () => {
  const answer = await sesClient(providers).send(bulkEmail([ada], subject('{{confirm_reason}}')));
  expect(answer.BulkEmailEntryResults?.[0]?.Status).toBe('SUCCESS');
  expect(providers.accepted()).toEqual([]);
  expect(providers.refused()).toMatchObject([
    { code: 'TemplateData', accepted: true },
    { code: 'RenderingFailure', to: ada, accepted: false },
  ]);
});

test('a value that only the default data has is accepted and complained of', async () => {
  const entry = { Destination: { ToAddresses: [ada] } };
  await sesClient(providers).send(bulkEmail([], { BulkEmailEntries: [entry] }));
  expect(providers.accepted()).toHaveLength(1);
  expect(providers.refused()).toMatchObject([{ code: 'ReplacementTemplateData', accepted: true }]);
});

test('scripted statuses befall the entries that they name', async () => {
  providers.script({ channel: 'email', entries: { [bob]: 'TRANSIENT_FAILURE' } });
  const answer = await sesClient(providers).send(bulkEmail([ada, bob]));
  expect(answer.BulkEmailEntryResults?.map((each) => each.Status)).toEqual(['SUCCESS', 'TRANSIENT_FAILURE']);
  expect(providers.accepted().map((each) => each.to)).toEqual([ada]);
});

test('scripted exceptions keep their name and status, once', async () => {
  providers.script({ channel: 'email', error: 'AccountSuspendedException' });
  await expect(sesClient(providers).send(bulkEmail([ada]))).rejects.toMatchObject({
    name: 'AccountSuspendedException',
    $metadata: { httpStatusCode: 400 },
  });
  await sesClient(providers).send(bulkEmail([ada]));
  expect(providers.accepted()).toHaveLength(1);
});

test('a connection dropped after acceptance leaves the mail accepted, one dropped before does not', async () => {
  providers.script({ channel: 'email', to: ada, drop: 'after' });
  providers.script({ channel: 'email', to: bob, drop: 'before' });
  await expect(sesClient(providers).send(bulkEmail([ada]))).rejects.toThrow();
  await expect(sesClient(providers).send(bulkEmail([bob]))).rejects.toThrow();
  expect(providers.accepted().map((each) => each.to)).toEqual([ada]);
});

test('an ambiguous 500: accepted, answered with an error', async () => {
  providers.script({ channel: 'email', error: 'InternalServiceErrorException', processed: true });
  await expect(sesClient(providers).send(bulkEmail([ada]))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 500 },
  });
  expect(providers.accepted()).toHaveLength(1);
});

test('past the sending rate calls are refused until the quota is free again', async () => {
  const many = Array.from({ length: 50 }, (_, place) => `reader-${place}@example.com`);
  const client = sesClient(providers);
  // A burst of one second's worth (100), and one call more because SES lets a call pass while any quota is left.
  const calls = await Promise.allSettled(Array.from({ length: 5 }, () => client.send(bulkEmail(many))));
  const refused = calls.filter((call) => call.status === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(2);
  expect(refused[0]?.reason).toMatchObject({
    name: 'TooManyRequestsException',
    $metadata: { httpStatusCode: 429 },
  });
});

test('GetAccount tells the rate and what was sent', async () => {
  await sesClient(providers).send(bulkEmail([ada, bob]));
  const account = await sesClient(providers).send(new GetAccountCommand({}));
  expect(account.SendQuota).toEqual({ Max24HourSend: -1, MaxSendRate: 100, SentLast24Hours: 2 });
});

function headers(...Headers: { Name: string; Value: string }[]): Parameters<typeof bulkEmail>[1] {
  const template = bulkEmail([]).input.DefaultContent?.Template;
  return { DefaultContent: { Template: { ...template, Headers } } };
}

function subject(Subject: string): Parameters<typeof bulkEmail>[1] {
  const template = bulkEmail([]).input.DefaultContent?.Template;
  return {
    DefaultContent: { Template: { ...template, TemplateContent: { ...template?.TemplateContent, Subject } } },
  };
}
