import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/domain/time.ts';
import { type LimitStore, limitStore } from '../../shared/store/limits.ts';
import { clientLimits, clientPrefix, mailboxOf } from '../../shared/subscriptions/limits.ts';
import { T0 } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { email, MOBILE, openDesk } from './front-desk.ts';
import { memoryLimits } from './memory-limits.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

describe.each([
  ['the counters of the table', () => limitStore(tables.client, tables.names.deliveries)],
  ['the counters in memory', () => memoryLimits()],
])('%s', (name, open: () => LimitStore) => {
  const counter = (subject: string, most: number, windowMs: number = HOUR) => ({
    name,
    subject,
    windowMs,
    most,
  });

  it('let so many through in a window, and as many in the next', async () => {
    const limits = open();
    const three = [counter('three', 3)];
    const at = Math.ceil(T0 / HOUR) * HOUR;
    for (let taken = 0; taken < 3; taken++) expect(await limits.take(three, at)).toEqual({ kind: 'taken' });
    expect(await limits.look(three, at)).toEqual({ kind: 'full', name, until: at + HOUR });
    expect(await limits.take(three, at + HOUR - 1)).toEqual({ kind: 'full', name, until: at + HOUR });
    expect(await limits.look(three, at + HOUR)).toEqual({ kind: 'taken' });
    expect(await limits.take(three, at + HOUR)).toEqual({ kind: 'taken' });
  });

  it('keep a gap from the last, not from the hour', async () => {
    const limits = open();
    const gap = [counter('gap', 1, 10 * MINUTE)];
    const at = Math.ceil(T0 / HOUR) * HOUR - SECOND;
    expect((await limits.take(gap, at)).kind).toBe('taken');
    expect((await limits.take(gap, at + 2 * SECOND)).kind).toBe('full');
    expect((await limits.look(gap, at + 10 * MINUTE - 1)).kind).toBe('full');
    expect((await limits.take(gap, at + 10 * MINUTE)).kind).toBe('taken');
  });

  it('count nothing behind the one that is full, and nothing at all where none may pass', async () => {
    const limits = open();
    const [first, second] = [counter('first', 2), counter('second', 2)];
    await limits.take([first], T0);
    await limits.take([first], T0);
    expect((await limits.take([first, second], T0)).kind).toBe('full');
    expect((await limits.take([second], T0)).kind).toBe('taken');
    expect((await limits.take([second], T0)).kind).toBe('taken');
    expect((await limits.take([counter('none', 0)], T0)).kind).toBe('full');
  });

  it('let exactly so many of a crowd through', async () => {
    const limits = open();
    const crowd = await Promise.all(Array.from({ length: 40 }, () => limits.take([counter('crowd', 7)], T0)));
    expect(crowd.filter(({ kind }) => kind === 'taken')).toHaveLength(7);
  });

  it('give back what one took, and nothing that others hold', async () => {
    const limits = open();
    const [gap, three] = [counter('held', 1, MINUTE), counter('back', 3)];
    await limits.take([gap, three], T0);
    await limits.take([gap, three], T0 + MINUTE);
    await limits.giveBack([gap, three], T0);
    expect(await limits.look([gap], T0 + MINUTE + 1)).toMatchObject({ kind: 'full' });
    await limits.giveBack([gap], T0 + MINUTE);
    expect(await limits.look([gap], T0 + MINUTE + 1)).toEqual({ kind: 'taken' });
    for (let times = 0; times < 9; times++) await limits.giveBack([three], T0);
    for (let times = 0; times < 3; times++) expect(await limits.take([three], T0)).toEqual({ kind: 'taken' });
    expect(await limits.take([three], T0)).toMatchObject({ kind: 'full' });
  });
});

describe('a flood of sign-ups', () => {
  it('9 addresses x 9,000 from everywhere: at most 3 mails per address and day', async () => {
    // Counters in memory: 81,000 sign-ups would keep the engine busy for minutes.
    const desk = openDesk(tables, { limits: memoryLimits() });
    await desk.open();
    const startsAt = Math.ceil(desk.clock.now() / DAY) * DAY;
    desk.clock.advanceTo(startsAt);
    let accepted = 0;
    for (let round = 0; round < 9_000; round++) {
      for (let victim = 0; victim < 9; victim++) {
        const clientIp = `${10 + (round % 90)}.${Math.floor(round / 90)}.${victim}.9`;
        const answer = await desk.sign(email(`victim${victim}`), { clientIp });
        if (answer.kind === 'accepted') accepted++;
      }
      desk.clock.advance(9 * SECOND);
    }
    await desk.answerAll();
    expect(desk.clock.now()).toBeLessThan(startsAt + DAY);
    const mails = new Map<string, number>();
    for (const { to } of desk.received) mails.set(to, (mails.get(to) ?? 0) + 1);
    expect(mails.size).toBe(9);
    expect(Math.max(...mails.values())).toBeLessThanOrEqual(3);
    // Nobody could tell from the answers.
    expect(accepted).toBe(81_000);
  });

  it('of one address, on the table: one in ten minutes, three a day, and no trace of the rest', async () => {
    const desk = openDesk(tables);
    await desk.open();
    desk.clock.advanceTo(Math.ceil(desk.clock.now() / DAY) * DAY);
    const asked: number[] = [];
    for (let minute = 0; minute < 60; minute++) {
      await desk.sign(email('ann'), {
        scope: { kind: 'selection', components: [`c${minute}`], groups: [], incidents: [] },
      });
      if (desk.queue.length > 0) asked.push(minute);
      desk.queue.length = 0;
      desk.clock.advance(MINUTE);
    }
    expect(asked).toEqual([0, 10, 20]);
    expect((await desk.row(desk.targetOf(email('ann'))))?.scope).toMatchObject({ components: ['c20'] });
  });

  it('of one mailbox in a hundred spellings: ten mails a day', async () => {
    const desk = openDesk(tables);
    await desk.open();
    desk.clock.advanceTo(Math.ceil(desk.clock.now() / DAY) * DAY);
    const spellings = [
      'Ann',
      'aNN',
      'ANN',
      'ann',
      ...Array.from({ length: 20 }, (_, index) => `ann+${index}`),
    ];
    for (const name of spellings) {
      expect((await desk.sign({ channel: 'email', email: `${name}@example.com` })).kind).toBe('accepted');
    }
    await desk.answerAll();
    expect(desk.received).toHaveLength(10);
    // Somebody else there is another mailbox.
    await desk.sign(email('bob'));
    await desk.answerAll();
    expect(desk.received.at(-1)?.to).toBe('bob@example.com');
  });

  it('as the owner of ever other endpoints: ten mails a day, together with what is signed up by mail', async () => {
    const desk = openDesk(tables);
    await desk.open();
    desk.clock.advanceTo(Math.ceil(desk.clock.now() / DAY) * DAY);
    desk.endpointsEcho(false);
    await desk.sign(email('victim'));
    for (let index = 0; index < 20; index++) {
      const address = { channel: 'webhook', url: `https://h${index}.attacker.example/` } as const;
      expect((await desk.sign(address, { ownerEmail: 'Victim@example.com' })).kind).toBe('accepted');
    }
    await desk.answerAll();
    expect(desk.received).toHaveLength(10);
  });

  it('from one network is refused, and told so, before anything else is counted', async () => {
    const desk = openDesk(tables);
    await desk.open();
    const answers = [];
    for (let index = 0; index < 12; index++) {
      answers.push((await desk.sign(email(`n${index}`), { clientIp: `198.51.100.${index}` })).kind);
    }
    expect(answers).toEqual([...Array(10).fill('accepted'), 'tooMany', 'tooMany']);
    expect(desk.queue).toHaveLength(10);
    expect(await desk.row(desk.targetOf(email('n11')))).toBeUndefined();
  });

  it('by text stops at three numbers in a row, at ten of a block, and hard at the budget', async () => {
    const desk = openDesk(tables);
    await desk.open();
    for (let index = 0; index < 20; index++)
      await desk.sign({ channel: 'sms', phone: `+3361234${5600 + index}` });
    expect(desk.queue).toHaveLength(3);
    for (let index = 0; index < 20; index++)
      await desk.sign({ channel: 'sms', phone: `+3361235${1000 + index * 150}` });
    expect(desk.queue).toHaveLength(3 + 10);

    const poor = openDesk(tables);
    await poor.open();
    const deps = { ...poor.deps, sms: { countries: ['FR'], dailyBudget: 2, dailyBudgetOfPage: 5 } };
    const { signUp } = await import('../../shared/subscriptions/sign-up.ts');
    const answers = [];
    for (let index = 0; index < 4; index++) {
      const address = { ...MOBILE, phone: `+33612${340000 + index * 10_000}` };
      const wanted = {
        page: poor.page,
        address,
        scope: { kind: 'page' } as const,
        clientIp: `10.1.${index}.1`,
      };
      answers.push(await signUp(deps, wanted));
    }
    expect(answers.map((answer) => ('who' in answer ? answer.who : answer.kind))).toEqual([
      'accepted',
      'accepted',
      'smsBudget',
      'smsBudget',
    ]);
    expect(poor.queue).toHaveLength(2);
  });

  it('of one page by text leaves the others their share', async () => {
    const [flooded, quiet] = [openDesk(tables), openDesk(tables)];
    const { limits } = flooded.deps;
    const deps = { sms: { countries: ['FR'], dailyBudget: 3, dailyBudgetOfPage: 2 }, limits };
    const { signUp } = await import('../../shared/subscriptions/sign-up.ts');
    const answers = [];
    for (const [index, { page, deps: own }] of [flooded, flooded, flooded, quiet, quiet].entries()) {
      const answer = await signUp(
        { ...own, ...deps },
        {
          page,
          address: { ...MOBILE, phone: `+33613${340000 + index * 10_000}` },
          scope: { kind: 'page' },
          clientIp: `10.2.${index}.1`,
        },
      );
      answers.push('who' in answer ? answer.who : answer.kind);
    }
    expect(answers).toEqual(['accepted', 'accepted', 'smsPageBudget', 'accepted', 'smsBudget']);
  });
});

describe('what nothing came of', () => {
  it('is given back: whoever the queue turned away can try again at once', async () => {
    const desk = openDesk(tables);
    await desk.open();
    const down = () => Promise.reject(new Error('queue'));
    const { signUp } = await import('../../shared/subscriptions/sign-up.ts');
    const wanted = {
      page: desk.page,
      address: email('ann'),
      scope: { kind: 'page' } as const,
      clientIp: '10.3.1.1',
    };
    for (let tries = 0; tries < 5; tries++) {
      await expect(signUp({ ...desk.deps, ring: down }, wanted)).rejects.toThrow('queue');
    }
    expect(await signUp(desk.deps, wanted)).toMatchObject({ kind: 'accepted' });
    expect(desk.queue).toHaveLength(1);
    // And from here on the gap holds.
    expect(await signUp(desk.deps, wanted)).toMatchObject({ kind: 'accepted' });
    expect(desk.queue).toHaveLength(1);
  });
});

it.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2345::1', '20010db8000123/56'],
  ['2001:DB8:1:23ff:ffff::', '20010db8000123/56'],
  ['::1', '00000000000000/56'],
  ['fe80::1%eth0', 'unknown'],
  ['nonsense', 'unknown'],
  ['', 'unknown'],
])('the network of %s is %s', (ip, prefix) => {
  expect(clientPrefix(ip)).toBe(prefix);
});

it.each([
  ['Ann@example.com', 'ann@example.com'],
  ['ann+a+b@example.com', 'ann@example.com'],
  ['+a@example.com', '+a@example.com'],
  ['a.n.n+x@gmail.com', 'ann@gmail.com'],
  ['A.NN@googlemail.com', 'ann@gmail.com'],
  ['a.n.n@example.com', 'a.n.n@example.com'],
])('%s is delivered to %s', (address, mailbox) => {
  expect(mailboxOf(address)).toBe(mailbox);
});

it('one network of IPv6 has as many neighbours as it likes: a hundred an hour, twenty by text', async () => {
  for (const [channel, most] of [
    ['email', 100],
    ['sms', 20],
  ] as const) {
    const limits = memoryLimits();
    let taken = 0;
    for (let index = 0; index < 512; index++) {
      const clientIp = `2001:db8:7:${(index % 256).toString(16)}00::1`;
      if ((await limits.take(clientLimits(clientIp, { channel }), T0)).kind === 'taken') taken++;
    }
    expect(taken).toBe(most);
    expect((await limits.take(clientLimits('2001:db8:8::1', { channel }), T0)).kind).toBe('taken');
  }
});
