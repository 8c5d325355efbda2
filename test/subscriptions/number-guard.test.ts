import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../shared/domain/time.ts';
import { confirmByCode } from '../../shared/subscriptions/confirm.ts';
import { areaOf } from '../../shared/subscriptions/number-guard.ts';
import { writeReference } from '../../shared/subscriptions/reference.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Desk, openDesk } from './front-desk.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

async function aDesk(): Promise<Desk> {
  const desk = openDesk(tables);
  await desk.open();
  desk.clock.advanceTo(Math.ceil(desk.clock.now() / HOUR) * HOUR);
  return desk;
}

const french = (index: number, block = 12) => `+336${block}${String(index * 150).padStart(6, '0')}`;

/** Asks for a code, which goes out; `enters`: and comes back. */
async function ask(desk: Desk, phone: string, enters = false) {
  const address = { channel: 'sms', phone } as const;
  const answer = await desk.sign(address);
  await desk.answerAll();
  if (enters) await confirmByCode(desk.deps, writeReference(desk.targetOf(address)), desk.lastCode());
  return 'who' in answer ? answer.who : answer.kind;
}

describe('codes that do not come back', () => {
  it('close a block of numbers after five, once they had their ten minutes, for an hour', async () => {
    const desk = await aDesk();
    for (let index = 0; index < 5; index++)
      expect(await ask(desk, `+3361234${1000 + index * 150}`)).toBe('accepted');
    // They have just left: people may be typing.
    expect(await ask(desk, '+33612349001')).toBe('accepted');
    desk.clock.advance(25 * MINUTE);
    const texts = desk.received.length;
    expect(await ask(desk, '+33612349301')).toBe('numberRange');
    expect(desk.received).toHaveLength(texts);
    expect(await ask(desk, '+33612999001')).toBe('accepted');
    expect(await ask(desk, '+12015550100')).toBe('accepted');
    desk.clock.advance(HOUR);
    expect(await ask(desk, '+33612349601')).toBe('accepted');
  });

  it('close a country after twenty, however far apart they lie', async () => {
    const desk = await aDesk();
    for (let index = 0; index < 20; index++) expect(await ask(desk, french(index * 70))).toBe('accepted');
    desk.clock.advance(25 * MINUTE);
    expect(await ask(desk, french(3, 77))).toBe('numberRange');
    expect(await ask(desk, '+12015550100')).toBe('accepted');
  });

  it('close nothing where one in five is entered', async () => {
    const desk = await aDesk();
    for (let index = 0; index < 20; index++) await ask(desk, french(index * 70), index % 5 === 0);
    desk.clock.advance(25 * MINUTE);
    expect(await ask(desk, french(3, 77))).toBe('accepted');
  });

  it('are not those of people who are subscribed already: they get a link, and no code', async () => {
    const desk = await aDesk();
    for (let index = 0; index < 5; index++) await ask(desk, `+3361234${1000 + index * 150}`, true);
    desk.clock.advance(HOUR);
    for (let index = 0; index < 5; index++) await ask(desk, `+3361234${1000 + index * 150}`);
    desk.clock.advance(25 * MINUTE);
    expect(await ask(desk, '+33612349301')).toBe('accepted');
  });
});

it('three refusals for pumping close their block until the next day', async () => {
  const desk = await aDesk();
  desk.providersAnswer({ kind: 'quarantine', cause: 'sms.30450', scope: 'recipient' });
  for (let index = 0; index < 3; index++)
    expect(await ask(desk, `+3361234${1000 + index * 150}`)).toBe('accepted');
  expect(await ask(desk, '+33612349001')).toBe('numberRange');
  expect(await ask(desk, '+33612990001')).toBe('accepted');
  desk.clock.advance(24 * HOUR);
  expect(await ask(desk, '+33612349001')).toBe('accepted');
});

it.each([
  ['+33612345678', '+33'],
  ['+12015550100', '+1201'],
  ['+79161234567', '+7'],
  ['+447400123456', '+44'],
  ['+353851234567', '+353'],
  ['+3725123456', '+372'],
  ['+4915112345678', '+49'],
  ['+96170123456', '+961'],
  ['+998901234567', '+998'],
  ['+2348012345678', '+234'],
  ['+201012345678', '+20'],
  ['+852512345678', '+852'],
])('the area of %s is %s', (phone, area) => expect(areaOf(phone)).toBe(area));
