import { createHmac } from 'node:crypto';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { twilioFeedbackApp } from '../../shared/api/twilio-feedback-app.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import { DAY, MINUTE } from '../../shared/domain/time.ts';
import { signedFields } from '../../shared/feedback/twilio/signed-form.ts';
import { takeMessage } from '../../shared/feedback/twilio/take-message.ts';
import { takeReport } from '../../shared/feedback/twilio/take-report.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { markStore } from '../../shared/store/marks.ts';
import { optOutStore } from '../../shared/store/opt-outs.ts';
import { signUpStore } from '../../shared/store/sign-ups.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { LASTING_CAUSES } from '../../shared/subscriptions/lasting-causes.ts';
import { T0 } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { virtualClock } from '../fanout/virtual-clock.ts';

const TOKEN = 'auth-token-of-the-tests';
const PUBLIC_URL = 'https://notify.example.com';
const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const codeOf = (problem: unknown) => (problem as { code: string }).code; // RFC 9457, as `problem.ts` writes it

let numbers = 0;
let sids = 0;
const newSid = () => `SM${String(++sids).padStart(32, '0')}`;

/** Twilio's side and ours, on real stores. Each has numbers and pages of its own. */
function open({ token = TOKEN }: { readonly token?: string } = {}) {
  const { client, names } = tables;
  const clock = virtualClock();
  const log: LogEvent[] = [];
  const pumping: string[] = [];
  const phone = `+3361${String(++numbers).padStart(7, '0')}`;
  const pages = [`a${numbers}`, `b${numbers}`, `c${numbers}`] as const;
  const subscribers = subscriberStore(client, names.subscribers);
  const deps = {
    subscribers,
    rows: subscriberRowStore(client, names.subscribers),
    optOuts: optOutStore(client, names.subscribers),
    marks: markStore(client, names.deliveries, clock.newId),
    hash: (address: Subscriber['address']) => addressHash('key', address),
    notePumping: async (number: string) => void pumping.push(number),
  };
  const app = twilioFeedbackApp({
    isSigned: async (signature, url, fields) =>
      token === '' ? undefined : validateRequest(token, signature, url, { ...fields }),
    takeReport: (report) => takeReport(deps, report, clock.now()),
    takeMessage: (message) => takeMessage(deps, message, clock.now()),
    publicUrl: PUBLIC_URL,
    now: clock.now,
    log: (event) => void log.push(event),
  });
  const h = deps.hash({ channel: 'sms', phone });

  /** Posts a form as Twilio does: signed for the public address, sent to whatever the gateway calls itself. */
  async function post(path: string, fields: Record<string, string>, signature?: string) {
    const signed = signature ?? getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, fields);
    return app.request(`http://internal.gateway:9000${path}`, {
      method: 'POST',
      headers: { 'x-twilio-signature': signed, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  }

  return {
    clock,
    log,
    phone,
    pages,
    pumping,
    h,
    post,
    async subscribe(page: string, more: Partial<Subscriber> = {}) {
      const row: Subscriber = {
        page,
        channel: 'sms',
        h,
        address: { channel: 'sms', phone },
        state: 'active',
        scope: { kind: 'page' },
        createdAt: T0,
        confirmedAt: T0,
        ...more,
      };
      await deps.rows.putIf(row, 'absent');
    },
    row: (page: string) => subscribers.get(page, 'sms', h),
    state: async (page: string) => (await subscribers.get(page, 'sms', h))?.state,
    says: (body: string, more: Record<string, string> = {}) =>
      post('/v1/feedback/twilio/message', {
        MessageSid: newSid(),
        From: phone,
        To: '+15005550006',
        Body: body,
        NumMedia: '0',
        ...more,
      }),
    reports(status: string, code?: number, more: Record<string, string> = {}) {
      const { page = pages[0], update = 'u1', ...fields } = more;
      const query = page === '' ? '' : `?page=${page}&update=${update}&delivery=d1`;
      return post(`/v1/feedback/twilio/status${query}`, {
        MessageSid: newSid(),
        MessageStatus: status,
        To: phone,
        ...(code !== undefined && { ErrorCode: String(code) }),
        ...fields,
      });
    },
    results: () => log.flatMap((event) => ('result' in event ? [event.result] : [])),
  };
}

describe('STOP', () => {
  it('of somebody who then leaves by a link, too, is undone by START: they stay away, and may sign up again', async () => {
    const twilio = open();
    const [page] = twilio.pages;
    const signUps = signUpStore(tables.client, tables.names.subscribers);
    const wish = {
      address: { channel: 'sms', phone: twilio.phone },
      source: 'self',
      scope: { kind: 'page' },
      pendingUntil: T0 + 9 * DAY,
    } as const;
    const signUp = () =>
      signUps.signUp({ page, channel: 'sms', h: twilio.h }, wish, LASTING_CAUSES, twilio.clock.now());
    await twilio.subscribe(page);
    await twilio.says('STOP');
    expect(await signUp()).toBe(false);
    await subscriberStore(tables.client, tables.names.subscribers).unsubscribe(page, 'sms', twilio.h, T0);
    expect(await signUp()).toBe(false);
    await twilio.says('START');
    expect(await twilio.row(page)).toMatchObject({ state: 'unsubscribed' });
    expect(await twilio.row(page)).not.toHaveProperty('quarantine');
    expect(await signUp()).toBe(true);
  });

  it('ends every row of the number on all pages, START brings back those rows and no others', async () => {
    const twilio = open();
    const [a, b, c] = twilio.pages;
    await twilio.subscribe(a);
    await twilio.subscribe(b, { state: 'pending', pendingUntil: T0 + DAY });
    await twilio.subscribe(c, { state: 'quarantined', quarantine: { cause: 'sms.30006', at: T0 } });

    const answer = await twilio.says('Stop');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/xml',
      EMPTY,
    ]);
    expect(await twilio.row(a)).toMatchObject({ state: 'quarantined', quarantine: { cause: 'sms.21610' } });
    expect(await twilio.state(b)).toBe('unsubscribed');
    expect(await twilio.state(c)).toBe('unsubscribed');
    expect(twilio.log).toEqual([{ event: 'sms.answer', result: 'stop', rows: 3 }]);

    twilio.clock.advance(MINUTE);
    await twilio.says('START');
    expect(await twilio.row(a)).toMatchObject({ state: 'active', confirmedAt: T0 + MINUTE });
    expect((await twilio.row(a))?.quarantine).toBeUndefined();
    expect([await twilio.state(b), await twilio.state(c)]).toEqual(['unsubscribed', 'unsubscribed']);
  });

  it('of a stranger makes no row, and START neither', async () => {
    const twilio = open();
    await twilio.says('STOP');
    await twilio.says('START');
    expect(await twilio.state(twilio.pages[0])).toBeUndefined();
    expect(twilio.log.map((event) => 'rows' in event && event.rows)).toEqual([0, 0]);
  });

  it('is heard as what Twilio took it for', async () => {
    const twilio = open();
    await twilio.subscribe(twilio.pages[0]);
    await twilio.says('Laat me met rust', { OptOutType: 'STOP' });
    expect(await twilio.state(twilio.pages[0])).toBe('quarantined');
    await twilio.says('Toch maar wel', { OptOutType: 'START' });
    expect(await twilio.state(twilio.pages[0])).toBe('active');
  });

  it('that is played back later undoes nothing', async () => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    const once = { MessageSid: newSid() };
    await twilio.says('STOP', once);
    await twilio.says('START');
    await twilio.says('STOP', once);
    expect(await twilio.state(a)).toBe('active');
    expect(twilio.results()).toEqual(['stop', 'start', 'repeated']);
  });

  it('many times at once is one stop', async () => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    await Promise.all(Array.from({ length: 8 }, () => twilio.says('stop')));
    expect(await twilio.row(a)).toMatchObject({ state: 'quarantined', quarantine: { cause: 'sms.21610' } });
    const changed = twilio.log.map((event) => ('rows' in event ? event.rows : 0));
    expect(changed.reduce((sum: number, rows) => sum + (rows ?? 0), 0)).toBe(1);
  });

  it.each(['HELP', 'Stop please', 'thank you', ''])(
    '%j changes nothing and is not answered',
    async (body) => {
      const twilio = open();
      await twilio.subscribe(twilio.pages[0]);
      const answer = await twilio.says(body);
      expect([answer.status, await answer.text()]).toEqual([200, EMPTY]);
      expect(await twilio.state(twilio.pages[0])).toBe('active');
    },
  );

  it('of a short code or of another channel is nobody’s', async () => {
    const twilio = open();
    for (const From of ['12345', `whatsapp:${twilio.phone}`, '']) {
      expect((await twilio.says('STOP', { From })).status).toBe(200);
    }
    expect(twilio.log).toEqual([]);
  });
});

describe('a report', () => {
  it.each<[number, string, string | undefined]>([
    [30006, 'quarantined', 'sms.30006'],
    [30450, 'quarantined', 'sms.30450'],
    [30453, 'quarantined', 'sms.30453'],
    [21610, 'quarantined', 'sms.21610'],
    [30007, 'active', undefined],
    [30032, 'active', undefined],
    [30034, 'active', undefined],
    [30008, 'active', undefined],
    [30030, 'active', undefined],
    [30036, 'active', undefined],
    [99999, 'active', undefined],
  ])('of %i leaves the number %s, on all pages', async (code, state, cause) => {
    const twilio = open();
    const [a, b] = twilio.pages;
    await Promise.all([twilio.subscribe(a), twilio.subscribe(b)]);
    expect((await twilio.reports('undelivered', code)).status).toBe(204);
    for (const page of [a, b]) {
      expect(await twilio.state(page)).toBe(state);
      expect((await twilio.row(page))?.quarantine?.cause).toBe(cause);
    }
    expect(twilio.pumping).toEqual(code === 30450 || code === 30453 ? [twilio.phone] : []);
  });

  it('of a refused sender disables nobody, however often, and is told apart for the alarm', async () => {
    const twilio = open();
    await twilio.subscribe(twilio.pages[0]);
    for (let times = 0; times < 30; times++) {
      twilio.clock.advance(DAY);
      await twilio.reports('undelivered', 30034, { update: `u${times}` });
    }
    expect(await twilio.row(twilio.pages[0])).toMatchObject({ state: 'active' });
    expect((await twilio.row(twilio.pages[0]))?.strikes).toBeUndefined();
    expect(new Set(twilio.results())).toEqual(new Set(['senderRefused']));
  });

  it.each([30004, 30005])('of %i gives the number up the second time', async (code) => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    await twilio.reports('undelivered', code);
    expect(await twilio.state(a)).toBe('active');
    await twilio.reports('failed', code, { update: 'u2' });
    expect(await twilio.row(a)).toMatchObject({ state: 'quarantined', quarantine: { cause: `sms.${code}` } });
  });

  it('of 30003 gives the number up after five in a row over two weeks', async () => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    for (let times = 0; times < 9; times++)
      await twilio.reports('undelivered', 30003, { update: `u${times}` });
    expect(await twilio.state(a)).toBe('active');
    twilio.clock.advance(14 * DAY);
    await twilio.reports('undelivered', 30003, { update: 'u10' });
    expect(await twilio.state(a)).toBe('quarantined');
  });

  it('that a text arrived starts the count anew', async () => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    await twilio.reports('undelivered', 30005);
    await twilio.reports('delivered', undefined, { update: 'u2' });
    expect((await twilio.row(a))?.strikes).toBeUndefined();
    await twilio.reports('undelivered', 30005, { update: 'u3' });
    expect(await twilio.state(a)).toBe('active');
    expect(twilio.results()).toEqual(['struck', 'absolved', 'struck']);
  });

  it('counts once for a message, whatever is reported of it later and in whatever order', async () => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    const message = { MessageSid: newSid() };
    await twilio.reports('undelivered', 30005, message);
    for (const late of ['sent', 'queued', 'undelivered', 'failed', 'delivered']) {
      await twilio.reports(late, late === 'failed' || late === 'undelivered' ? 30005 : undefined, message);
    }
    expect(await twilio.row(a)).toMatchObject({ state: 'active', strikes: { failures: 1 } });
  });

  it('of a code by text goes by the number alone', async () => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    await twilio.reports('undelivered', 30006, { page: '' });
    expect(await twilio.state(a)).toBe('quarantined');
  });

  it.each([
    ['receiving', {}],
    ['undelivered', { MessageSid: 'SM1' }],
    ['undelivered', { To: 'whatsapp:+33612345678' }],
    ['undelivered', { ErrorCode: '30006; DROP' }],
  ])('that is not understood (%s %o) is none', async (status, fields) => {
    const twilio = open();
    await twilio.subscribe(twilio.pages[0]);
    expect((await twilio.reports(status, 30006, fields as Record<string, string>)).status).toBe(204);
    expect(await twilio.state(twilio.pages[0])).toBe('active');
  });

  it('has nothing of the number in the log', async () => {
    const twilio = open();
    await twilio.subscribe(twilio.pages[0]);
    await twilio.reports('undelivered', 30006);
    await twilio.says('STOP');
    expect(JSON.stringify(twilio.log)).not.toContain(twilio.phone.slice(3));
    expect(JSON.stringify(twilio.log)).not.toContain('STOP');
  });
});

describe('the signature', () => {
  const path = '/v1/feedback/twilio/message';

  it('is asked for, of the exact public address and of all fields', async () => {
    const twilio = open();
    const [a] = twilio.pages;
    await twilio.subscribe(a);
    const fields = { MessageSid: newSid(), From: twilio.phone, Body: 'STOP' };
    const good = getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, fields);
    const bad = [
      '',
      'x',
      good.slice(0, -2),
      getExpectedTwilioSignature('another', `${PUBLIC_URL}${path}`, fields),
      getExpectedTwilioSignature(TOKEN, `http://internal.gateway:9000${path}`, fields),
      getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}?a=1`, fields),
      getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, { ...fields, Body: 'START' }),
      getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}${path}`, { ...fields, Extra: '1' }),
    ];
    for (const signature of bad) {
      const answer = await twilio.post(path, fields, signature);
      expect([answer.status, codeOf(await answer.json())]).toEqual([403, 'unknown-source']);
    }
    expect(await twilio.state(a)).toBe('active');
    expect((await twilio.post(path, fields, good)).status).toBe(200);
    expect(await twilio.state(a)).toBe('quarantined');
  });

  it('covers the query, and fields that come twice', async () => {
    const twilio = open();
    const body = 'A=2&A=1&A=2&MessageStatus=sent';
    const url = `${PUBLIC_URL}/v1/feedback/twilio/status?page=p&update=u&delivery=d`;
    // Twilio's rule: names sorted, values of one name sorted and each once.
    const signature = createHmac('sha1', TOKEN).update(`${url}A1A2MessageStatussent`).digest('base64');
    const answer = await twilio.post('/v1/feedback/twilio/status?page=p&update=u&delivery=d', {}, 'x');
    expect(answer.status).toBe(403);
    const app = twilioFeedbackApp({
      isSigned: async (given, at, fields) => validateRequest(TOKEN, given, at, { ...fields }),
      takeReport: async () => 'noted',
      takeMessage: async () => ({ kind: 'other' }),
      publicUrl: PUBLIC_URL,
      now: () => T0,
      log: () => {},
    });
    const post = (text: string) =>
      app.request(url, { method: 'POST', headers: { 'x-twilio-signature': signature }, body: text });
    expect((await post(body)).status).toBe(204);
    expect((await post(body.replace('A=1', 'A=3'))).status).toBe(403);
  });

  it('is not looked for on more than Twilio sends, whoever sends it', async () => {
    const answer = await open().says('STOP', { Body: 'x'.repeat(65_536) });
    expect([answer.status, codeOf(await answer.json())]).toEqual([413, 'body-too-large']);
  });

  it('waits for no form of many names', () => {
    // Looking through the form anew for each name takes half a minute.
    const names = Array.from({ length: 100_000 }, (_, index) => index.toString(36));
    expect(Object.keys(signedFields(names.join('&')))).toHaveLength(names.length);
  });

  it('cannot be asked for while the token is not filled in: Twilio is told so', async () => {
    const twilio = open({ token: '' });
    const answer = await twilio.says('STOP');
    expect([answer.status, codeOf(await answer.json())]).toEqual([503, 'unavailable']);
  });
});

test('a vector measured with twilio-node, and 200 mutations of it', () => {
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const fields = {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  };
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
  expect(validateRequest('12345', signature, url, fields)).toBe(true);
  let accepted = 0;
  for (let mutation = 0; mutation < 200; mutation++) {
    const flip = (text: string) => {
      const at = mutation % text.length;
      return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
    };
    const names = Object.keys(fields) as (keyof typeof fields)[];
    const name = names[mutation % names.length] as keyof typeof fields;
    const tries = [
      () => validateRequest('12345', flip(signature), url, fields),
      () => validateRequest('12345', signature, flip(url), fields),
      () => validateRequest('12345', signature, url, { ...fields, [name]: flip(fields[name]) }),
      () => validateRequest(flip('12345'), signature, url, fields),
    ];
    try {
      if (tries[mutation % tries.length]?.()) accepted++;
    } catch {
      // An address that is none any more.
    }
  }
  expect(accepted).toBe(0);
});
