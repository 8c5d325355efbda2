import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { deliveryId } from '../../shared/fanout/delivery-id.ts';
import { type LinkPurpose, linkTokenWriter, readLinkToken } from '../../shared/subscriptions/link-token.ts';
import { createSubscriberLinks } from '../../shared/subscriptions/links.ts';

const KEY = 'key-of-today';
const target = fc.record({
  page: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  channel: fc.constantFrom(...CHANNELS),
  h: fc.stringMatching(/^[0-9a-f]{24}$/),
});
const purpose = fc.constantFrom<LinkPurpose>('unsubscribe', 'manage');

describe('a link token', () => {
  test('is read as it was written, for its purpose alone', () => {
    fc.assert(
      fc.property(target, purpose, (whom, what) => {
        const token = linkTokenWriter(KEY)(what, whom);
        expect(token).toMatch(/^v1\.[\w-]{6}\.[\w-]+\.[\w-]{24}$/);
        expect(readLinkToken(KEY, token, what)).toEqual(whom);
        expect(readLinkToken(KEY, token, what === 'manage' ? 'unsubscribe' : 'manage')).toBeUndefined();
        expect(readLinkToken('another key', token, what)).toBeUndefined();
      }),
    );
  });

  test('with any bit flipped, cut short or made longer is worth nothing', () => {
    fc.assert(
      fc.property(target, purpose, (whom, what) => {
        const token = Buffer.from(linkTokenWriter(KEY)(what, whom));
        for (let bit = 0; bit < token.length * 8; bit++) {
          const mutant = Buffer.from(token);
          mutant.writeUInt8(mutant.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          expect(readLinkToken(KEY, mutant.toString('latin1'), what)).toBeUndefined();
        }
        for (const mutant of [token.subarray(0, -1).toString(), `${token}A`, `${token}.`, `${token}=`]) {
          expect(readLinkToken(KEY, mutant, what)).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  test('with parts of two tokens is worth nothing', () => {
    fc.assert(
      fc.property(target, target, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        const [version, keyId, payload] = linkTokenWriter(KEY)('unsubscribe', one).split('.');
        const mac = linkTokenWriter(KEY)('unsubscribe', other).split('.')[3];
        expect(readLinkToken(KEY, `${version}.${keyId}.${payload}.${mac}`, 'unsubscribe')).toBeUndefined();
      }),
    );
  });

  test('of yesterday is good while both keys are given', () => {
    const whom = { page: 'batch', channel: 'email', h: 'a'.repeat(24) } as const;
    const old = linkTokenWriter('key of yesterday')('unsubscribe', whom);
    expect(readLinkToken([KEY, 'key of yesterday'], old, 'unsubscribe')).toEqual(whom);
    expect(readLinkToken([KEY], old, 'unsubscribe')).toBeUndefined();
  });

  test('is not read from nonsense', () => {
    fc.assert(fc.property(fc.string(), (text) => readLinkToken(KEY, text, 'manage') === undefined));
    expect(readLinkToken(KEY, 'v1.'.repeat(100_000), 'manage')).toBeUndefined();
  });
});

test('links are where the API answers', () => {
  const links = createSubscriberLinks({ publicUrl: 'https://api.example', linkKey: KEY });
  const whom = { page: 'batch', channel: 'email', h: 'a'.repeat(24) } as const;
  expect(links.unsubscribe(whom)).toBe(`https://api.example/u/${linkTokenWriter(KEY)('unsubscribe', whom)}`);
  expect(links.manage(whom)).toBe(`https://api.example/m/${linkTokenWriter(KEY)('manage', whom)}`);
});

test('delivery ids are 22 safe characters, the same each time, and never shared', () => {
  const ids = ['p1', 'p2'].flatMap((page) =>
    ['u1', 'u2'].flatMap((update) =>
      CHANNELS.flatMap((channel) => ['a', 'b'].map((h) => deliveryId(page, update, channel, h.repeat(24)))),
    ),
  );
  expect(new Set(ids).size).toBe(32);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(deliveryId('p1', 'u1', 'email', 'a'.repeat(24))).toBe(ids[0]);
});
