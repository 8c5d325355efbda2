import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSmsSender } from '../../../shared/channels/sms/create-sms-sender.ts';
import { renderSms } from '../../../shared/channels/sms/render.ts';
import { encodingOf, segmentsOf } from '../../../shared/channels/sms/segments.ts';
import { toGsm7 } from '../../../shared/channels/sms/transliterate.ts';
import { createTwilioMessages } from '../../../shared/channels/sms/twilio-messages.ts';
import { delivery } from '../deliveries.ts';
import { hostileAnnouncement } from '../hostile.ts';
import { type Answer, httpServer } from '../http-server.ts';
import { seedAnnouncement, seedAnnouncements } from '../seed.ts';

describe('segments', () => {
  test.each([
    ['a', 160, 1],
    ['a', 161, 2],
    ['a', 306, 2],
    ['a', 307, 3],
    ['€', 80, 1],
    ['€', 81, 2],
    ['😀', 35, 1],
    ['😀', 36, 2],
    ['“', 70, 1],
    ['“', 71, 2],
    ['“', 134, 2],
    ['“', 135, 3],
  ])('%s × %i: %i', (character, count, segments) =>
    expect(segmentsOf(character.repeat(count))).toBe(segments),
  );

  test('an escape pair does not fall on two parts', () => {
    expect(segmentsOf('a'.repeat(305))).toBe(2);
    expect(segmentsOf(`${'a'.repeat(152)}€${'a'.repeat(152)}`)).toBe(3);
  });

  test.each([...'^{}\\[~]|€\f'])('%j costs two', (character) => {
    expect(encodingOf(character)).toBe('gsm7');
    expect(segmentsOf(character.repeat(81))).toBe(2);
  });
});

test.each([
  ['It’s “down” – again…', 'It\'s "down" - again...'],
  ['a\u00a0b', 'a b'],
  ['Größe, café, façade', 'Größe, café, facade'],
  ['Łódź', 'Lodz'],
  ['🔥 API errors 👩‍👩‍👧', 'API errors'],
  ['Сбой', 'Сбой'],
])('%s is written %s', (text, plain) => expect(toGsm7(text)).toBe(plain));

describe('the text', () => {
  const TAIL = /, \d\d:\d\d UTC\. (https:\S+ )?STOP to end$/;

  test('has brand, state, title, components, time, link and the way out', () => {
    expect(renderSms(seedAnnouncement(5))).toBe(
      'Batch: [Resolved] Major downtime (Segment, mParticle +16 more), 09:29 UTC. https://status.batch.com/incidents/fe24dd09cc98 STOP to end',
    );
  });

  test('is different for each update of the seed', () => {
    expect(new Set(seedAnnouncements().map((one) => renderSms(one))).size).toBe(6);
  });

  test('keeps to its segments whatever is written, and keeps state, link and way out', () => {
    fc.assert(
      fc.property(hostileAnnouncement, fc.integer({ min: 1, max: 3 }), (announcement, max) => {
        const text = renderSms(announcement, max);
        expect(segmentsOf(text)).toBeLessThanOrEqual(max);
        if (max > 1) {
          expect(text).toContain(': [');
          expect(text).toMatch(TAIL);
        }
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('shortens the title before it gives up the link', () => {
    const seed = seedAnnouncement(1);
    const text = renderSms({ ...seed, incident: { ...seed.incident, title: 'long '.repeat(200) } });
    expect(segmentsOf(text)).toBe(2);
    expect(text).toMatch(TAIL);
  });
});

const senderAt = (url: string, maxSegments = 2) =>
  createSmsSender({
    messages: createTwilioMessages({
      accountSid: 'AC00000000000000000000000000000001',
      apiKeySid: 'SK1',
      apiKeySecret: 'secret',
      baseUrl: url,
    }),
    messagingServiceSid: 'MG1',
    publicUrl: 'https://api.example',
    maxSegments,
    now: () => Date.parse('2021-10-13T09:29:05Z'),
  });
const to = (n: number) => delivery<'sms'>({ channel: 'sms', phone: `+1555000000${n}` }, { n });

describe('sending', () => {
  test('is one message each, in order, with all that Twilio needs', async () => {
    const server = await httpServer((seen) => {
      const n = new URLSearchParams(seen.body).get('To')?.slice(-1);
      return {
        status: 201,
        body: { sid: `SM${n}`, status: 'accepted', num_segments: '0', date_created: null },
      };
    });
    const deliveries = [1, 2, 3].map(to);
    const outcomes = await senderAt(server.url).send(seedAnnouncement(5), deliveries);
    expect(outcomes).toEqual([1, 2, 3].map((n) => ({ kind: 'sent', providerId: `SM${n}` })));
    const [first] = server.seen;
    expect(first).toMatchObject({
      method: 'POST',
      path: '/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json',
      headers: {
        authorization: `Basic ${Buffer.from('SK1:secret').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        connection: 'close',
      },
    });
    const form = Object.fromEntries(new URLSearchParams(first?.body));
    expect(form).toEqual({
      To: expect.stringMatching(/^\+1555000000\d$/),
      MessagingServiceSid: 'MG1',
      Body: renderSms(seedAnnouncement(5)),
      StatusCallback: expect.stringMatching(
        /^https:\/\/api\.example\/v1\/feedback\/twilio\/status\?page=batch&update=upd-5&delivery=[\w-]{22}$/,
      ),
      ValidityPeriod: '14400',
      SmartEncoded: 'false',
      ShortenUrls: 'false',
      RiskCheck: 'enable',
    });
  });

  test.each<[string, Answer, object]>([
    ['opted out', { status: 400, body: { code: 21610, message: 'x', status: 400 } }, { kind: 'quarantine' }],
    [
      'refused as RFC 9457 says',
      { status: 400, body: { type: 'x', title: 'x', status: 400, code: 21211 } },
      { kind: 'quarantine' },
    ],
    ['throttled', { status: 429, body: { code: 20429 } }, { kind: 'backoff', scope: 'sender' }],
    ['not understood', { status: 201, body: 'not JSON' }, { kind: 'inDoubt' }],
    ['lost', { fault: 'lost' }, { kind: 'inDoubt', cause: 'sms.ECONNRESET' }],
    ['failed by Twilio', { status: 503, body: {} }, { kind: 'inDoubt', cause: 'sms.503' }],
    ['redirected', { status: 302, headers: { location: '/elsewhere' } }, { kind: 'inDoubt' }],
  ])('makes exactly one request when it is %s', async (_, answer, outcome) => {
    const server = await httpServer(() => answer);
    const outcomes = await senderAt(server.url).send(seedAnnouncement(5), [to(1)]);
    expect(outcomes).toMatchObject([outcome]);
    expect(server.seen).toHaveLength(1);
  });

  test('keeps to the segments that the operator allows', async () => {
    const server = await httpServer(() => ({ status: 201, body: { sid: 'SM1', status: 'accepted' } }));
    const seed = seedAnnouncement(1);
    const long = { ...seed, incident: { ...seed.incident, title: 'Сбой '.repeat(200) } };
    for (const most of [1, 2, 3]) await senderAt(server.url, most).send(long, [to(1)]);
    const lengths = server.seen.map(({ body }) => segmentsOf(new URLSearchParams(body).get('Body') ?? ''));
    expect(lengths).toEqual([1, 2, 3]);
  });

  test('is surely not sent when nobody listens', async () => {
    const outcomes = await senderAt('http://127.0.0.1:9').send(seedAnnouncement(5), [to(1)]);
    expect(outcomes).toEqual([
      { kind: 'backoff', scope: 'sender', cause: 'sms.ECONNREFUSED', afterMs: 1_000 },
    ]);
  });
});

describe('asking', () => {
  const listed = (bodies: readonly string[]): Answer => ({
    body: {
      messages: bodies.map((body, n) => ({ sid: `SM${n}`, body, num_segments: '1' })),
      next_page_uri: null,
    },
  });
  const since = Date.parse('2021-10-13T09:29:30Z');

  test('finds the text that went out, and no other', async () => {
    const [fourth, fifth] = [renderSms(seedAnnouncement(4)), renderSms(seedAnnouncement(5))];
    const server = await httpServer(() => listed([fourth, fifth]));
    const sender = senderAt(server.url);
    expect(await sender.ask?.(seedAnnouncement(5), to(1), since)).toEqual({
      kind: 'told',
      providerId: 'SM1',
    });
    expect(await sender.ask?.(seedAnnouncement(3), to(1), since)).toEqual({ kind: 'notTold' });
    const query = new URL(server.seen[0]?.path ?? '', server.url).searchParams;
    expect(query.get('To')).toBe('+15550000001');
    expect(query.get('DateSent>')).toBe('2021-10-13T09:28:30Z');
  });

  test('does not know when Twilio does not answer', async () => {
    const server = await httpServer(() => ({ status: 500 }));
    expect(await senderAt(server.url).ask?.(seedAnnouncement(5), to(1), since)).toEqual({ kind: 'unknown' });
  });
});

test('the probe tells nobody', async () => {
  const server = await httpServer(() => ({ body: { messages: [] } }));
  expect(await senderAt(server.url).probe()).toBe(true);
  expect(server.seen).toMatchObject([{ method: 'GET' }]);
  expect(await senderAt('http://127.0.0.1:9').probe()).toBe(false);
});
