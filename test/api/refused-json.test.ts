import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UPDATE } from './bodies.ts';
import { type Refusals, startRefusals } from './refusals.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await startRefusals();
});
afterAll(() => refusals.stop());

const refused: Refusals['refused'] = (route, options) => refusals.refused(route, options);
const PUBLISH = 'POST /v1/pages/{page}/updates';
const SUBSCRIBE = 'POST /v1/pages/{page}/subscribers';
const PUT_PAGE = 'PUT /v1/pages/other';
const fresh = { ...UPDATE, id: 'fresh' };

describe('a body that is no JSON', () => {
  it.each([
    ['nothing', undefined],
    ['empty', ''],
    ['white space', ' \n'],
    ['an open brace', '{'],
    ['a trailing comma', '{"id":"x",}'],
    ['single quotes', "{'id':'x'}"],
    ['a comment', '{} // x'],
    ['two documents', '{}{}'],
    ['NaN', '{"id":NaN}'],
    ['a bare word', 'undefined'],
    ['a byte order mark', '\uFEFF{}x'],
    ['a raw control character in a string', '{"id":"\u0000"}'],
    ['a broken escape', '{"id":"\\x41"}'],
    ['a form', 'id=x&status=resolved'],
    ['XML', '<update/>'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
    ['half a character', new Uint8Array([0x22, 0xc3, 0x22])],
    ['a surrogate in UTF-8', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['33 arrays deep', '['.repeat(33) + ']'.repeat(33)],
    ['30,000 arrays deep', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['10,000 objects deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('(%s) is invalid-json on every route', async (_, body) => {
    for (const route of [PUBLISH, SUBSCRIBE, PUT_PAGE]) {
      expect((await refused(route, { body })).code).toBe('invalid-json');
    }
  });
});

describe('a body over 64 KB', () => {
  const padded = (bytes: number) => JSON.stringify(fresh).padEnd(bytes, ' ');

  it('is body-too-large, and one of 64 KB is read', async () => {
    expect((await refused(PUBLISH, { body: padded(65_537) })).code).toBe('body-too-large');
    const answer = await refusals.api.request('POST', `/v1/pages/${refusals.page}/updates`, {
      body: padded(65_536),
    });
    expect(answer.status).toBe(202);
  });

  it('is counted in bytes, not in characters', async () => {
    const body = JSON.stringify({ ...fresh, body: 'é'.repeat(33_000) });
    expect(body.length).toBeLessThan(65_536);
    expect((await refused(PUBLISH, { body })).code).toBe('body-too-large');
  });
});
