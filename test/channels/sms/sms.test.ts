import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Announcement } from '../../../shared/channels/channel.ts';
import { createSmsSender, type SmsSenderOptions } from '../../../shared/channels/sms/create-sms-sender.ts';
import { renderSms as render, type SmsForm } from '../../../shared/channels/sms/render.ts';
import { encodingOf, segmentsOf } from '../../../shared/channels/sms/segments.ts';
import { toGsm7 } from '../../../shared/channels/sms/transliterate.ts';
import { createTwilioMessages } from '../../../shared/channels/sms/twilio-messages.ts';
import { tellsWayOut } from '../../../shared/channels/sms/way-out.ts';
import { linkOf } from '../../../shared/channels/text/wording.ts';
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

const renderSms = (announcement: Announcement, form: Partial<SmsForm> = {}) =>
  render(announcement, {
    maxSegments: 2,
    links: [linkOf(announcement), announcement.page.url],
    wayOut: true,
    ...form,
  });

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
        const text = renderSms(announcement, { maxSegments: max });
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

  test('shortens the title before it gives up components, and never brand, state, time and link', () => {
    const seed = seedAnnouncement(1);
    const titled = (title: string) => ({ ...seed, incident: { ...seed.incident, title } });
    const text = renderSms(titled('long '.repeat(200)));
    expect(segmentsOf(text)).toBe(2);
    expect(text).toMatch(TAIL);
    expect(text).toMatch(/^Batch: \[Investigating\] (long )+long?\.\.\. \(.*\+\d+ more\), /);
  });

  test.each([1, 2, 3])('takes as many components as there is room for in %i segments', (maxSegments) => {
    const seed = seedAnnouncement(5);
    const named = (count: number) => ({
      ...seed,
      incident: {
        ...seed.incident,
        components: seed.incident.components.slice(0, count).map((one) => ({ ...one, name: 'n'.repeat(40) })),
      },
    });
    for (let count = 0; count <= 5; count++) {
      const text = renderSms(named(count), { maxSegments });
      expect(segmentsOf(text)).toBeLessThanOrEqual(maxSegments);
      expect(text).toContain('Major downtime');
    }
  });

  test('leaves the way out when it is not its turn', () => {
    expect(renderSms(seedAnnouncement(5), { wayOut: false })).toBe(
      'Batch: [Resolved] Major downtime (Segment, mParticle, Salesforce Marketing Cloud +15 more), 09:29 UTC. https://status.batch.com/incidents/fe24dd09cc98',
    );
  });
});

const senderAt = (url: string, more: Partial<SmsSenderOptions> = {}) =>
  createSmsSender({
    messages: createTwilioMessages({
      accountSid: 'AC00000000000000000000000000000001',
      apiKeySid: 'SK1',
      apiKeySecret: 'secret',
      baseUrl: url,
    }),
    messagingServiceSid: 'MG1',
    publicUrl: 'https://api.example',
    maxSegments: 2,
    noteToldWayOut: async () => {},
    noteStopped: async () => {},
    now: () => Date.parse('2021-10-13T09:29:05Z'),
    ...more,
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
      SmartEncoded: 'true',
      ShortenUrls: 'false',
      RiskCheck: 'enable',
      ContentRetention: 'retain',
      AddressRetention: 'retain',
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
    for (const most of [1, 2, 3]) await senderAt(server.url, { maxSegments: most }).send(long, [to(1)]);
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

  test.each<[string, (announcement: Announcement) => string]>([
    ['without the way out', (one) => renderSms(one, { wayOut: false })],
    [
      'with the link of another sender',
      (one) => renderSms(one, { links: ['https://api.example/i/0123456789'] }),
    ],
    [
      'behind the sentence of a trial account',
      (one) => `Sent from your Twilio trial account - ${renderSms(one)}`,
    ],
  ])('finds the text %s', async (_, written) => {
    const announcement = seedAnnouncement(5);
    const server = await httpServer(() => listed([written(announcement)]));
    const short = { length: 32, of: async () => 'https://api.example/i/0123456789' };
    const sender = senderAt(server.url, { shortLinks: short });
    expect(await sender.ask?.(announcement, to(1), since)).toEqual({ kind: 'told', providerId: 'SM0' });
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

describe('the link', () => {
  const long = 'https://status.batch.com/incidents/fe24dd09cc98';
  const linked = async (short: string | undefined) => {
    const server = await httpServer(() => ({ status: 201, body: { sid: 'SM1' } }));
    const asked: string[] = [];
    const shortLinks = {
      length: short?.length ?? 30,
      async of(page: string, incident: string) {
        asked.push(`${page}/${incident}`);
        return short;
      },
    };
    await senderAt(server.url, { shortLinks }).send(seedAnnouncement(5), [1, 2, 3].map(to));
    const bodies = server.seen.map(({ body }) => new URLSearchParams(body).get('Body') ?? '');
    return { links: new Set(bodies.map((body) => /https:\S+/.exec(body)?.[0])), asked };
  };

  test('is the short one, made once for all numbers', async () => {
    const { links, asked } = await linked('https://s.example/i/0123456789');
    expect([...links]).toEqual(['https://s.example/i/0123456789']);
    expect(asked).toEqual(['batch/inc-fe24dd09']);
  });

  test("is the incident's own where that is no longer, and then none is made", async () => {
    const { links, asked } = await linked(`https://${'x'.repeat(60)}.example/i/0123456789`);
    expect([...links]).toEqual([long]);
    expect(asked).toEqual([]);
  });

  test("is the incident's own where none can be made just now", async () => {
    expect([...(await linked(undefined)).links]).toEqual([long]);
  });
});

describe('the way out', () => {
  const send = async (count: number, more: object = {}) => {
    const server = await httpServer(() => ({ status: 201, body: { sid: 'SM1' } }));
    const noted: string[] = [];
    const noteToldWayOut: SmsSenderOptions['noteToldWayOut'] = async ({ h }) => void noted.push(h);
    const deliveries = Array.from({ length: count }, (_, n) => {
      const one = to(n % 9);
      const id = createHash('sha256').update(`${n}`).digest('base64url').slice(0, 22);
      return { ...one, id, recipient: { ...one.recipient, ...more } };
    });
    const sender = senderAt(server.url, { noteToldWayOut });
    for (let at = 0; at < count; at += 10)
      await sender.send(seedAnnouncement(5), deliveries.slice(at, at + 10));
    const shown = server.seen.filter(({ body }) => body.includes('STOP')).length;
    return { shown, noted: noted.length };
  };

  test('is in the first text to a number, and that is noted', async () => {
    expect(await send(20, { source: 'import' })).toEqual({ shown: 20, noted: 20 });
    expect(await send(20)).toEqual({ shown: 20, noted: 20 });
  });

  test.each([{ toldWayOutAt: 1 }, { source: 'self' }])(
    'is in about each fifth after that (%o)',
    async (known) => {
      const { shown, noted } = await send(400, known);
      expect(noted).toBe(0);
      expect(shown).toBeGreaterThan(55);
      expect(shown).toBeLessThan(105);
    },
  );

  test('is the same in every attempt', () => {
    const one = { ...to(1), recipient: { ...to(1).recipient, source: 'self' as const } };
    expect(tellsWayOut({ ...one, attempt: 3 } as typeof one)).toBe(tellsWayOut(one));
  });
});

test('who said STOP is noted, and what cannot be noted changes no outcome', async () => {
  const server = await httpServer(() => ({ status: 400, body: { code: 21610, message: 'x', status: 400 } }));
  const noted: string[] = [];
  const sender = senderAt(server.url, {
    noteStopped: async ({ h }) => {
      noted.push(h);
      throw new Error('no table');
    },
  });
  expect(await sender.send(seedAnnouncement(5), [to(1)])).toMatchObject([
    { kind: 'quarantine', cause: 'sms.21610' },
  ]);
  expect(noted).toHaveLength(1);
});
