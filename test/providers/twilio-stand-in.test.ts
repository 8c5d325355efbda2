import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { twilioSignature } from '../../local/providers/sms/status-callbacks.ts';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { twilioClient } from './clients.ts';

let providers: Providers;
beforeEach(async () => {
  providers = await startProviders();
});
afterEach(() => providers.stop());

const to = '+15557654321';
const message = (change: object = {}) => ({
  to,
  messagingServiceSid: providers.credentials.twilio.messagingServiceSid,
  body: 'Acme: [Resolved] API errors',
  statusCallback: 'https://status.acme.com/v1/feedback/twilio/status?update=upd-1',
  ...change,
});

test('an accepted text is answered as Twilio answers, and recorded', async () => {
  const sent = await twilioClient(providers).messages.create(
    message({ validityPeriod: 1800, riskCheck: 'enable' }),
  );
  expect(sent).toMatchObject({ status: 'accepted', numSegments: '0', to, errorCode: null });
  expect(sent.sid).toMatch(/^SM[0-9a-f]{32}$/);
  expect(sent.dateCreated).toBeInstanceOf(Date);
  expect(providers.accepted('upd-1')).toEqual([
    { at: expect.any(String), channel: 'sms', to, update: 'upd-1', providerId: sent.sid },
  ]);
  expect(providers.messages()).toMatchObject([{ text: message().body, segments: 1, encoding: 'GSM-7' }]);
});

const refusals: [string, object, number][] = [
  ['a number that is not E.164', { to: '555-1234' }, 21211],
  ['no number', { to: '' }, 21604],
  ['no body', { body: '' }, 21602],
  ['1,601 characters', { body: 'a'.repeat(1601) }, 21617],
  ['no messaging service', { messagingServiceSid: undefined, from: undefined }, 21603],
  ['a field that is not modelled', { contentSid: 'HX1' }, 20001],
  ['a validity past ten hours', { validityPeriod: 36_001 }, 20001],
  ['a callback host with an underscore', { statusCallback: 'https://my_host.com/x' }, 21609],
  ['an invalid number', { to: '+15005550001' }, 21211],
  ['a number that said STOP', { to: '+15005550004' }, 21610],
  ['a number that is no mobile', { to: '+15005550009' }, 21614],
];

test.each(refusals)('%s is refused with its code', async (_, change, code) => {
  const call = twilioClient(providers).messages.create(message(change));
  await expect(call).rejects.toMatchObject({ status: 400, code });
  expect(providers.accepted()).toEqual([]);
  expect(providers.refused()).toMatchObject([{ channel: 'sms', code: String(code) }]);
});

test('a wrong secret is 20003', async () => {
  const call = twilioClient(providers, 'wrong').messages.create(message());
  await expect(call).rejects.toMatchObject({ status: 401, code: 20003 });
});

test('a text of up to 1,600 characters is taken, whatever it costs: how long one may be is the sender’s setting', async () => {
  await twilioClient(providers).messages.create(message({ body: 'a'.repeat(1_600) }));
  expect(providers.messages()).toMatchObject([{ segments: 11, encoding: 'GSM-7' }]);
  expect(providers.refused()).toEqual([]);
});

test('past the rate the answer is 429 with 20429', async () => {
  await providers.stop();
  providers = await startProviders({ rates: { sms: 2 } });
  const client = twilioClient(providers);
  const calls = await Promise.allSettled(Array.from({ length: 6 }, () => client.messages.create(message())));
  expect(calls.filter((call) => call.status === 'fulfilled')).toHaveLength(2);
  expect(calls.find((call) => call.status === 'rejected')?.reason).toMatchObject({
    status: 429,
    code: 20429,
  });
});

test('past the concurrency the answer is 429 too', async () => {
  await providers.stop();
  providers = await startProviders({ rates: { smsConcurrency: 1 } });
  providers.script({ channel: 'sms', delayMs: 200 });
  const client = twilioClient(providers);
  const slow = client.messages.create(message());
  await vi.waitFor(() => expect(providers.accepted()).toHaveLength(1));
  await expect(client.messages.create(message())).rejects.toMatchObject({ status: 429, code: 20429 });
  await slow;
  await client.messages.create(message());
});

test('a doubtful text is found in the list', async () => {
  const since = new Date();
  providers.script({ channel: 'sms', drop: 'after' });
  const client = twilioClient(providers);
  await expect(client.messages.create(message())).rejects.toThrow();
  await client.messages.create(message({ to: '+15550000001' }));

  const found = await client.messages.list({ to, dateSentAfter: since });
  expect(found.map((each) => each.sid)).toEqual(
    providers
      .accepted()
      .slice(0, 1)
      .map((each) => each.providerId),
  );
  expect(found[0]?.body).toBe(message().body);
  expect(await client.messages.list({ to, dateSentAfter: new Date(Date.now() + 60_000) })).toEqual([]);
});

test('the list is paged, newest first', async () => {
  const client = twilioClient(providers);
  const sids: string[] = [];
  for (const body of ['one', 'two', 'three'])
    sids.push((await client.messages.create(message({ body }))).sid);
  const found = await client.messages.list({ to, pageSize: 2 });
  expect(found.map((each) => each.sid)).toEqual(sids.toReversed());
});

test('scripted codes and ambiguous errors', async () => {
  providers.script({ channel: 'sms', error: 30450 });
  providers.script({ channel: 'sms', status: 500, processed: true });
  const client = twilioClient(providers);
  await expect(client.messages.create(message())).rejects.toMatchObject({ status: 400, code: 30450 });
  expect(providers.accepted()).toEqual([]);
  await expect(client.messages.create(message())).rejects.toMatchObject({ status: 500 });
  expect(providers.accepted()).toHaveLength(1);
});

test('sent and delivered callbacks are signed so that the SDK verifies them', async () => {
  const calls: { signature: string; url: string; fields: Record<string, string> }[] = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const signature = String(request.headers['x-twilio-signature']);
    calls.push({ signature, url: request.url ?? '', fields: Object.fromEntries(new URLSearchParams(body)) });
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

  const sent = await twilioClient(providers).messages.create(
    message({ statusCallback: `${base}/s?update=u&d=1` }),
  );
  await vi.waitFor(() => expect(calls).toHaveLength(2));
  receiver.close();

  expect(calls.map((each) => each.fields['MessageStatus'])).toEqual(['sent', 'delivered']);
  for (const { signature, url, fields } of calls) {
    expect(fields['MessageSid']).toBe(sent.sid);
    const { authToken } = providers.credentials.twilio;
    expect(twilio.validateRequest(authToken, signature, `${base}${url}`, fields)).toBe(true);
  }
});

test('a carrier reports what is scripted for it, and nothing else is taken for that', async () => {
  const calls: Record<string, string>[] = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    calls.push(Object.fromEntries(new URLSearchParams(body)));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  providers.script({ channel: 'sms', operation: 'carrier', error: 30006 });
  const client = twilioClient(providers);
  await client.messages.create(message({ statusCallback: `${base}/s` }));
  await vi.waitFor(() => expect(calls).toHaveLength(2));
  expect(calls[1]).toMatchObject({ MessageStatus: 'undelivered', ErrorCode: '30006' });
  // A fault of the API is not the carrier's.
  providers.script({ channel: 'sms', error: 20429 });
  await expect(client.messages.create(message({ statusCallback: `${base}/s` }))).rejects.toMatchObject({
    code: 20429,
  });
  await client.messages.create(message({ statusCallback: `${base}/s` }));
  await vi.waitFor(() => expect(calls).toHaveLength(4));
  expect(calls[3]).toMatchObject({ MessageStatus: 'delivered' });
  expect(providers.messages().map((each) => each.channel === 'sms' && each.status)).toEqual([
    'undelivered',
    'delivered',
  ]);
  receiver.close();
});

test('whoever says STOP gets no texts until START, and what they say is handed over, signed', async () => {
  const calls: { signature: string; fields: Record<string, string> }[] = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const signature = String(request.headers['x-twilio-signature']);
    calls.push({ signature, fields: Object.fromEntries(new URLSearchParams(body)) });
    response.writeHead(200, { 'content-type': 'text/xml' }).end('<Response/>');
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/message`;
  const client = twilioClient(providers);

  expect(await providers.textBack({ from: to, body: 'Stop', url })).toMatchObject({
    status: 200,
    answer: '<Response/>',
  });
  await expect(client.messages.create(message())).rejects.toMatchObject({ code: 21610 });
  await providers.textBack({ from: to, body: 'please start', url });
  await expect(client.messages.create(message())).rejects.toMatchObject({ code: 21610 });
  await providers.textBack({ from: to, body: 'Je reviens', url, optOutType: 'START' });
  await client.messages.create(message());
  receiver.close();

  expect(calls.map(({ fields }) => [fields['From'], fields['Body'], fields['OptOutType']])).toEqual([
    [to, 'Stop', undefined],
    [to, 'please start', undefined],
    [to, 'Je reviens', 'START'],
  ]);
  const { authToken } = providers.credentials.twilio;
  for (const { signature, fields } of calls)
    expect(twilio.validateRequest(authToken, signature, url, fields)).toBe(true);
});

test('the signature agrees with a vector measured with twilio-node', () => {
  const fields = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  };
  expect(twilioSignature('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', fields)).toBe(
    'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
  );
});

test('an unreachable callback is only recorded', async () => {
  await twilioClient(providers).messages.create(message({ statusCallback: 'http://127.0.0.1:1/x?update=u' }));
  await vi.waitFor(() => expect(providers.refused()).toHaveLength(2));
  expect(providers.refused()[0]).toMatchObject({ code: '11200', accepted: true, update: 'u' });
});
