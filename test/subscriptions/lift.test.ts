import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY, SECOND } from '../../shared/domain/time.ts';
import { confirmByCode, confirmByLink } from '../../shared/subscriptions/confirm.ts';
import { writeReference } from '../../shared/subscriptions/reference.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { MOBILE, openDesk } from './front-desk.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const KIM = { channel: 'email', email: 'kim@example.com' } as const;

/** Kim is subscribed, and their mail has bounced since. */
async function bounced() {
  const desk = openDesk(tables);
  await desk.open();
  await desk.sign(KIM);
  await desk.answerAll();
  await confirmByLink(desk.deps, desk.lastToken());
  await desk.answerAll();
  const { page, channel, h } = desk.targetOf(KIM);
  await desk.deps.subscribers.quarantine(page, channel, h, 'email.bounced', desk.clock.now());
  desk.clock.advance(DAY);
  desk.lifted.length = 0;
  return desk;
}

it("a first sign-up that is confirmed takes the address off SES's list: it may have bounced on another page", async () => {
  const desk = openDesk(tables);
  await desk.open();
  await desk.sign(KIM);
  await desk.answerAll();
  expect(desk.lifted).toEqual([]);
  await confirmByLink(desk.deps, desk.lastToken());
  await desk.answerAll();
  expect(desk.lifted).toEqual(['kim@example.com']);
});

it('a number is on no such list', async () => {
  const desk = openDesk(tables);
  await desk.open();
  await desk.sign(MOBILE);
  await desk.answerAll();
  await confirmByCode(desk.deps, writeReference(desk.targetOf(MOBILE)), desk.lastCode());
  expect(desk.queue).toMatchObject([{ kind: 'current' }]);
});

it("an address that bounced comes off SES's list when its owner has confirmed anew, and not before", async () => {
  const desk = await bounced();
  expect(desk.lifted).toEqual([]);
  await desk.sign(KIM);
  await desk.answerAll();
  expect(desk.lifted).toEqual([]);
  await confirmByLink(desk.deps, desk.lastToken());
  expect(desk.queue).toMatchObject([{ kind: 'lift' }]);
  await desk.answerAll();
  expect(desk.lifted).toEqual(['kim@example.com']);
  expect(await desk.row(desk.targetOf(KIM))).toMatchObject({ state: 'active' });
});

it('while SES does not answer, it is asked again', async () => {
  const desk = await bounced();
  await desk.sign(KIM);
  await desk.answerAll();
  await confirmByLink(desk.deps, desk.lastToken());
  const request = desk.queue[0];
  desk.providersAnswer({
    kind: 'backoff',
    cause: 'email.ThrottlingException',
    scope: 'sender',
    afterMs: SECOND,
  });
  expect(await desk.answerNext()).toMatchObject({ kind: 'later', cause: 'email.ThrottlingException' });
  desk.providersAnswer({ kind: 'sent', providerId: '1' });
  if (request) desk.queue.push(request);
  await desk.answerNext();
  expect(desk.lifted).toEqual(['kim@example.com']);
});

it('whoever leaves again in the meantime stays on it', async () => {
  const desk = await bounced();
  await desk.sign(KIM);
  await desk.answerAll();
  await confirmByLink(desk.deps, desk.lastToken());
  const { page, channel, h } = desk.targetOf(KIM);
  await desk.deps.subscribers.unsubscribe(page, channel, h, desk.clock.now());
  expect(await desk.answerNext()).toEqual({ kind: 'nothing', cause: 'unsubscribed' });
  expect(desk.lifted).toEqual([]);
});
