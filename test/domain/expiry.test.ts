import { expect, it } from 'vitest';
import { type ChunkEntry, claim, finish, NOTHING, rest } from '../../shared/domain/chunk.ts';
import { toldNobody } from '../../shared/domain/expiry.ts';

const HOLD = { owner: 'me', leaseMs: 30_000, endsAt: 60_000 };
const claimed = claim(undefined, HOLD, '0', '8', 0);
const told = { ...NOTHING, told: 1 };

it.each<[string, ChunkEntry | undefined, boolean, boolean]>([
  ['an open update that nobody began', undefined, true, true],
  ['a closed update, whose ledger may be gone', undefined, false, false],
  ['a window that is being told', claimed, true, false],
  ['a window that was told', rest(claimed, told, 1), true, false],
  ['deliveries that left the chunk', rest(claimed, { ...NOTHING, exceptions: 1 }, 1), true, false],
  [
    'a chunk of which all hear by a newer update',
    finish(claimed, { ...NOTHING, superseded: 3 }, 1),
    false,
    true,
  ],
])('%s', (_, entry, isOpen, expected) => {
  expect(toldNobody(entry, isOpen)).toBe(expected);
});
