import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MINUTE } from '../../shared/domain/time.ts';
import type { HeldSecret } from '../../shared/runtime/held-secret.ts';
import { heldLinkKeys } from '../../shared/runtime/secrets.ts';
import {
  type HeldLinks,
  heldLinks,
  linkReader,
  type ReadLink,
} from '../../shared/subscriptions/held-links.ts';
import { type LinkKeys, linkTokenWriter } from '../../shared/subscriptions/link-token.ts';
import { httpServer } from '../channels/http-server.ts';

const OLD = 'o'.repeat(43);
const OLDER = 'e'.repeat(43);
const NEW = 'n'.repeat(43);
const WHOM = { page: 'batch', channel: 'email', h: 'a'.repeat(24) } as const;
const tokenOf = (key: string) => linkTokenWriter(key)('unsubscribe', WHOM);

let stored: object;
let asked: number;
let time: number;
let keys: HeldSecret<LinkKeys>;
let sender: HeldLinks;
let read: ReadLink;

/** Two functions as they start: one that writes links, and one that opens them, each with the secret for itself. */
beforeEach(async () => {
  stored = { key: OLD };
  asked = 0;
  time = 0;
  const server = await httpServer(() => {
    asked++;
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return { headers, body: { ARN: 'link', SecretString: JSON.stringify(stored) } };
  });
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  keys = await heldLinkKeys('link', () => time);
  read = linkReader(keys);
  sender = await heldLinks('https://api.example', await heldLinkKeys('link', () => time));
});
afterEach(() => vi.unstubAllEnvs());

async function sentToken(): Promise<string> {
  await sender.refresh();
  return sender.links.unsubscribe(WHOM).replace('https://api.example/u/', '');
}

it('the key is replaced without a link that does not open, whoever reads the secret first', async () => {
  const sent = [await sentToken()];
  for (const step of [
    { key: OLD, previous: NEW },
    { key: NEW, previous: OLD },
  ]) {
    stored = step;
    for (let minute = 0; minute < 5; minute++) {
      sent.push(await sentToken());
      for (const token of sent) expect(await read(token, 'unsubscribe')).toEqual(WHOM);
      time += MINUTE;
    }
  }
  expect(await sentToken()).toBe(tokenOf(NEW));
  expect(sent[0]).toBe(tokenOf(OLD));
  expect(await read(sent[0] ?? '', 'unsubscribe')).toEqual(WHOM);
  expect(await read(sent[0] ?? '', 'manage')).toBeUndefined();
});

it('a key that was taken out opens nothing and signs nothing after five minutes', async () => {
  expect(await read(tokenOf(OLD), 'unsubscribe')).toEqual(WHOM);
  stored = { key: NEW };
  time += 5 * MINUTE;
  expect(await read(tokenOf(OLD), 'unsubscribe')).toBeUndefined();
  expect(await sentToken()).toBe(tokenOf(NEW));
});

it('a new key opens within a minute, and strangers make nobody read the secret more often', async () => {
  stored = { key: NEW, previous: OLD };
  time += MINUTE;
  expect(await read(tokenOf(NEW), 'unsubscribe')).toEqual(WHOM);
  const before = asked;
  for (let second = 0; second < 600; second++) {
    expect(await read(tokenOf(`${second}`.padEnd(43, 'x')), 'unsubscribe')).toBeUndefined();
    time += 1_000;
  }
  expect(asked - before).toBeLessThanOrEqual(10);
});

it('several former keys open, and what is too short for a key does not', async () => {
  stored = { key: NEW, previous: ` short  ${OLD} ${OLDER}` };
  time += 5 * MINUTE;
  for (const key of ['', 'short']) expect(await read(tokenOf(key), 'unsubscribe')).toBeUndefined();
  for (const key of [OLD, OLDER]) expect(await read(tokenOf(key), 'unsubscribe')).toEqual(WHOM);
});

it('a secret that is malformed changes nothing for who runs, and stops who starts by the name of what it lacks', async () => {
  stored = { key: NEW, previous: [OLD] };
  time += 5 * MINUTE;
  expect(await read(tokenOf(OLD), 'unsubscribe')).toEqual(WHOM);
  expect(await sentToken()).toBe(tokenOf(OLD));
  const starting = heldLinkKeys('link', () => time);
  await expect(starting).rejects.toThrow(
    'Expected secret link to hold previous, got it missing or malformed',
  );
});
