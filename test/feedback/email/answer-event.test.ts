import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Subscriber } from '../../../shared/domain/subscriber.ts';
import { DAY, MINUTE } from '../../../shared/domain/time.ts';
import { answerEvent } from '../../../shared/feedback/email/answer-event.ts';
import { parseMailEvent } from '../../../shared/feedback/email/mail-event.ts';
import { addressReportStore } from '../../../shared/store/address-reports.ts';
import { markStore } from '../../../shared/store/marks.ts';
import { pauseStore } from '../../../shared/store/pauses.ts';
import { signUpStore } from '../../../shared/store/sign-ups.ts';
import { subscriberRowStore } from '../../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../../shared/store/subscribers.ts';
import { LASTING_CAUSES } from '../../../shared/subscriptions/lasting-causes.ts';
import { startTables, type TestTables } from '../../engine/dynamodb.ts';
import { bounceText, complaintText, H } from './events.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

let pages = 0;

/** A page of its own, subscribers on it, and whoever answers events. */
function desk() {
  const { client, names } = tables;
  let now = 1_000_000;
  let ids = 0;
  const newId = () => `id-${pages}-${ids++}`;
  const subscribers = subscriberStore(client, names.subscribers);
  const pauses = pauseStore(client, names.deliveries);
  const deps = {
    reports: addressReportStore(client, names.subscribers),
    rows: subscriberRowStore(client, names.subscribers),
    subscribers,
    marks: markStore(client, names.deliveries, newId),
    pause: {
      read: () => pauses.read('email', 'sender'),
      swap: pauses.swap.bind(undefined, 'email', 'sender'),
    },
    clock: { now: () => now, newId },
  };
  const page = `page${pages++}`;
  const h = `${H.slice(0, 20)}${String(pages).padStart(4, '0')}`;
  return {
    page,
    h,
    pauses,
    signUps: signUpStore(client, names.subscribers),
    advance(ms: number) {
      now += ms;
      return now;
    },
    async subscribe(parts: Partial<Subscriber> = {}): Promise<void> {
      await subscribers.put({
        page,
        channel: 'email',
        h,
        address: { channel: 'email', email: 'kim@example.com' },
        state: 'active',
        scope: { kind: 'page' },
        createdAt: 0,
        confirmedAt: 0,
        ...parts,
      });
    },
    row: (on = page) => subscribers.get(on, 'email', h),
    absolve: () => subscribers.absolve(page, 'email', h),
    now: () => now,
    async answer(text: string) {
      const parsed = parseMailEvent(text);
      if ('reason' in parsed) throw new Error(parsed.reason);
      return answerEvent(deps, parsed.event);
    },
    /** Tags of a mail to this subscriber, about an incident. */
    tags: (incident = 'i1') => ({ page_id: [page], subscriber: [h], incident_id: [incident] }),
  };
}

describe('a final bounce', () => {
  it('ends the use of the address on every page, and of no other channel', async () => {
    const one = desk();
    await one.subscribe();
    await one.subscribe({ page: `${one.page}-b` });
    await one.subscribe({ page: `${one.page}-c`, state: 'pending' });
    await one.answer(bounceText({ tags: one.tags(), sentAt: 500 }));

    const quarantine = { cause: 'email.bounced', at: one.now() };
    expect(await one.row()).toMatchObject({ state: 'quarantined', quarantine });
    expect(await one.row(`${one.page}-b`)).toMatchObject({ state: 'quarantined', quarantine });
    expect(await one.row(`${one.page}-c`)).toMatchObject({ state: 'pending' });
  });

  it('told again, or late, changes nothing for somebody who has agreed since', async () => {
    const one = desk();
    await one.subscribe({ confirmedAt: 600 });
    const late = bounceText({ tags: one.tags(), sentAt: 500 });
    await one.answer(late);
    expect(await one.row()).toMatchObject({ state: 'active' });
    await one.answer(bounceText({ tags: one.tags(), sentAt: 700 }));
    const first = await one.row();
    expect(first).toMatchObject({ state: 'quarantined' });
    one.advance(MINUTE);
    await one.answer(bounceText({ tags: one.tags(), sentAt: 700 }));
    expect(await one.row()).toEqual(first);
  });

  it('for being on the list says nothing of the minutes in which an address comes off it', async () => {
    const one = desk();
    await one.subscribe({ confirmedAt: 600 });
    const listed = (sentAt: number) =>
      bounceText({ tags: one.tags(), subType: 'OnAccountSuppressionList', sentAt });
    await one.answer(listed(600 + 9 * MINUTE));
    expect(await one.row()).toMatchObject({ state: 'active' });
    await one.answer(listed(600 + 11 * MINUTE));
    expect(await one.row()).toMatchObject({
      state: 'quarantined',
      quarantine: { cause: 'email.suppressed' },
    });
  });

  it('of a letter to the owner of a webhook, who is no subscriber by mail, is only counted', async () => {
    const one = desk();
    await one.subscribe();
    const tags = { page_id: [one.page], subscriber: undefined, delivery_id: undefined };
    expect(await one.answer(bounceText({ tags }))).toEqual({ kind: 'giveUp', cause: 'email.bounced' });
    expect(await one.row()).toMatchObject({ state: 'active' });
  });
});

describe('soft bounces', () => {
  const soft = (one: ReturnType<typeof desk>, n: number, incident = `i${n}`) =>
    bounceText({
      tags: one.tags(incident),
      type: 'Transient',
      subType: 'MailboxFull',
      id: `${one.page}-${n}`,
      sentAt: 500,
    });

  it('give an address up after five over three incidents', async () => {
    const one = desk();
    await one.subscribe();
    for (const n of [1, 2, 3, 4]) await one.answer(soft(one, n));
    expect(await one.row()).toMatchObject({ state: 'active', strikes: { failures: 4 } });
    await one.answer(soft(one, 5));
    expect(await one.row()).toMatchObject({
      state: 'quarantined',
      quarantine: { cause: 'email.soft_MailboxFull' },
    });
  });

  it('of one long incident do not', async () => {
    const one = desk();
    await one.subscribe();
    for (let n = 1; n <= 9; n++) await one.answer(soft(one, n, 'long'));
    expect(await one.row()).toMatchObject({ state: 'active', strikes: { failures: 9, about: ['long'] } });
  });

  it('count once, however often they are told', async () => {
    const one = desk();
    await one.subscribe();
    await Promise.all(Array.from({ length: 6 }, () => one.answer(soft(one, 1))));
    expect(await one.row()).toMatchObject({ strikes: { failures: 1 } });
  });

  it('age out', async () => {
    const one = desk();
    await one.subscribe();
    for (const n of [1, 2, 3, 4]) await one.answer(soft(one, n));
    one.advance(31 * DAY);
    await one.answer(soft(one, 5));
    expect(await one.row()).toMatchObject({ state: 'active', strikes: { failures: 1 } });
  });
});

describe('a complaint', () => {
  it('unsubscribes from the page at once, and only from it', async () => {
    const one = desk();
    await one.subscribe();
    await one.subscribe({ page: `${one.page}-b` });
    const at = one.now();
    await one.answer(complaintText('abuse', { tags: one.tags(), sentAt: 500 }));
    one.advance(MINUTE);
    await one.answer(complaintText('abuse', { tags: one.tags(), sentAt: 500 }));
    expect(await one.row()).toMatchObject({
      state: 'unsubscribed',
      unsubscribedAt: at,
      quarantine: { cause: 'email.complaint', at },
    });
    expect(await one.row(`${one.page}-b`)).toMatchObject({ state: 'active' });
  });

  it('about the letter that asks to confirm ends the sign-up; signing up again writes nothing', async () => {
    const one = desk();
    await one.subscribe({ state: 'pending', pendingUntil: 2_000_000 });
    await one.answer(complaintText('abuse', { tags: one.tags(), sentAt: 500 }));
    const row = await one.row();
    expect(row).toMatchObject({ state: 'unsubscribed' });
    expect(row).not.toHaveProperty('pendingUntil');
    const wish = {
      address: { channel: 'email' as const, email: 'kim@example.com' },
      source: 'self' as const,
      scope: { kind: 'page' as const },
      pendingUntil: 9_000_000,
    };
    const again = await one.signUps.signUp(
      { page: one.page, channel: 'email', h: one.h },
      wish,
      LASTING_CAUSES,
      one.now(),
    );
    expect(again).toBe(false);
    expect(await one.row()).toEqual(row);
  });

  it('that is none leaves all as it is', async () => {
    const one = desk();
    await one.subscribe();
    await one.answer(complaintText('not-spam', { tags: one.tags() }));
    expect(await one.row()).toMatchObject({ state: 'active' });
  });
});

describe('a refusal of our mail as such', () => {
  const refused = (one: ReturnType<typeof desk>, at: number, to = 'kim@gmail.com') =>
    bounceText({ to, tags: one.tags(), status: '5.7.26', at, sentAt: 500 });

  it('halts email for ten minutes from then, however often it is told, and disables nobody', async () => {
    const one = desk();
    await one.subscribe();
    await one.pauses.clear('email', 'sender');
    const at = one.now();
    await Promise.all(Array.from({ length: 4 }, () => one.answer(refused(one, at))));
    expect(await one.pauses.read('email', 'sender')).toMatchObject({ until: at + 10 * MINUTE, attempt: 1 });
    one.advance(MINUTE);
    await one.answer(refused(one, at + MINUTE));
    await one.answer(refused(one, at));
    expect(await one.pauses.read('email', 'sender')).toMatchObject({ until: at + 11 * MINUTE });
    expect(await one.row()).toMatchObject({ state: 'active' });
  });

  it('halts nothing when it is old, or said by a server that anybody may run', async () => {
    const one = desk();
    await one.subscribe();
    await one.pauses.clear('email', 'sender');
    await one.answer(refused(one, one.now() - 11 * MINUTE));
    await one.answer(refused(one, one.now(), 'kim@mine.example'));
    expect(await one.pauses.read('email', 'sender')).toBeUndefined();
    expect(await one.row()).toMatchObject({ state: 'active' });
  });

  it('does not shorten a longer pause', async () => {
    const one = desk();
    await one.pauses.clear('email', 'sender');
    const long = { until: one.now() + DAY, attempt: 7, by: 'x' };
    await one.pauses.swap('email', 'sender', undefined, long, one.now());
    await one.answer(refused(one, one.now()));
    expect(await one.pauses.read('email', 'sender')).toEqual(long);
  });
});
