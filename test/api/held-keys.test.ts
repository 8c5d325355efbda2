import { expect, it } from 'vitest';
import { heldKeys } from '../../shared/api/held-keys.ts';
import { MINUTE } from '../../shared/domain/time.ts';

const OLD = 'o'.repeat(43);
const NEW = 'n'.repeat(43);

/** Who opens, after the operator has stored each of these secrets in turn. */
async function opened(...secrets: readonly (readonly (string | undefined)[])[]) {
  let time = 0;
  let stored = secrets[0] ?? [];
  const isKey = await heldKeys(
    async () => stored,
    () => time,
  );
  const open: string[][] = [];
  for (const secret of secrets) {
    stored = secret;
    time += 5 * MINUTE;
    const tried = [OLD, NEW, '', 'undefined', `${NEW}x`, NEW.slice(1), 'short'];
    const good = await Promise.all(tried.map(isKey));
    open.push(tried.filter((_, index) => good[index]));
  }
  return open;
}

it('change without a moment in which nobody, or everybody, gets in', async () => {
  expect(await opened([OLD, undefined], [NEW, OLD], [NEW, ''], [NEW, 'short'], [NEW])).toEqual([
    [OLD],
    [OLD, NEW],
    [NEW],
    [NEW],
    [NEW],
  ]);
});

it('that nobody can read at the start are an error', async () => {
  const broken = heldKeys(
    async () => Promise.reject(new Error('no secret')),
    () => 0,
  );
  await expect(broken).rejects.toThrow('no secret');
});
