import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHANNELS } from '../../shared/domain/channel.ts';
import type { Proof } from '../../shared/domain/subscriber.ts';
import { MINUTE } from '../../shared/domain/time.ts';
import { confirmByLink, openConfirmation } from '../../shared/subscriptions/confirm.ts';
import { matches, proofOf } from '../../shared/subscriptions/proof.ts';
import {
  readReference,
  readToken,
  writeReference,
  writeToken,
} from '../../shared/subscriptions/reference.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { bytes, email, openDesk } from './front-desk.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** Whether a token opens what its proof guards. */
function opens(token: string, proofs: ReadonlyMap<string, Proof>): boolean {
  const read = readToken(token);
  if (read === undefined) return false;
  const { page, channel, h } = read.target;
  return matches(proofs.get(`${page}|${channel}|${h}`), 'confirm', read.target, read.secret);
}

it('none of 100,000 mutated tokens opens anything', () => {
  const targets = Array.from({ length: 40 }, (_, index) => ({
    page: `page${index % 3}`,
    channel: CHANNELS[index % 4] ?? 'email',
    h: bytes(`h${index}`).toString('hex').slice(0, 24),
  }));
  const secrets = targets.map((_, index) => bytes(`secret${index}`).toString('base64url'));
  const tokens = targets.map((target, index) => writeToken(target, secrets[index] ?? ''));
  const proofs = new Map(
    targets.map((target, index) => [
      `${target.page}|${target.channel}|${target.h}`,
      proofOf('confirm', target, secrets[index] ?? '', 0),
    ]),
  );
  expect(tokens.every((token) => opens(token, proofs))).toBe(true);

  let tried = 0;
  let accepted = 0;
  const attempt = (token: string, original: string) => {
    tried++;
    if (token !== original && opens(token, proofs)) accepted++;
  };
  for (const token of tokens) {
    for (let at = 0; at < token.length; at++) {
      for (let bit = 0; bit < 7; bit++) {
        const flipped = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit));
        attempt(token.slice(0, at) + flipped + token.slice(at + 1), token);
      }
      attempt(token.slice(0, at) + token.slice(at + 1), token);
      attempt(`${token.slice(0, at)}A${token.slice(at)}`, token);
    }
    for (const other of tokens) {
      const [reference = ''] = token.split('.');
      attempt(`${reference}.${other.split('.')[1]}`, token);
    }
  }
  for (let index = 0; tried < 100_000; index++) {
    const target = targets[index % targets.length];
    if (target !== undefined) attempt(writeToken(target, bytes(`guess${index}`).toString('base64url')), '');
  }
  expect(tried).toBeGreaterThanOrEqual(100_000);
  expect(accepted).toBe(0);
});

it('a reference has one spelling and names only what a row can be', () => {
  const target = { page: 'batch', channel: 'email', h: 'a'.repeat(24) } as const;
  const reference = writeReference(target);
  expect(readReference(reference)).toEqual(target);
  for (const wrong of [`${reference}=`, ` ${reference}`, `${reference}A`, 'x'.repeat(10_000), '', '...']) {
    expect(readReference(wrong)).toBeUndefined();
  }
  const forged = (text: string) => Buffer.from(text).toString('base64url');
  for (const text of [
    `a#b|email|${target.h}`,
    `batch|fax|${target.h}`,
    `batch|email|${'A'.repeat(24)}`,
    `batch|email|${target.h}|more`,
  ]) {
    expect(readReference(forged(text))).toBeUndefined();
  }
});

it('a token of another row, page or purpose changes nothing', async () => {
  const [one, other] = [openDesk(tables), openDesk(tables)];
  await Promise.all([one.open(), other.open()]);
  await one.sign(email('ann'));
  await one.sign(email('bob'));
  await other.sign(email('ann'));
  await one.answerAll();
  await other.answerAll();
  const [, secret = ''] = one.lastToken().split('.');
  const elsewhere = [
    one.targetOf(email('ann')),
    other.targetOf(email('ann')),
    { ...one.targetOf(email('bob')), page: other.page.id },
  ];
  for (const target of elsewhere) {
    expect(await confirmByLink(one.deps, writeToken(target, secret))).toEqual({ kind: 'invalid' });
  }
  one.clock.advance(MINUTE);
  expect(await openConfirmation(one.deps, one.lastToken())).toMatchObject({ kind: 'open' });
});
