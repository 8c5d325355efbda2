import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChunkEntry,
  chunkState,
  claim,
  confirmAndClaim,
  finish,
  giveBack,
  type Hold,
  NOTHING,
  rest,
  takeOver,
} from '../../shared/domain/chunk.ts';

const hold: Hold = { owner: 'me', leaseMs: 30, endsAt: 100 };
const tally = { told: 3, superseded: 1, exceptions: 2, firstToldAt: 5, lastToldAt: 5 };

describe('a chunk', () => {
  it('goes through its states', () => {
    const claimed = claim(undefined, hold, '0', '4', 10);
    expect(chunkState(undefined, 10)).toBe('absent');
    expect(chunkState(claimed, 39)).toBe('claimed');
    expect(chunkState(claimed, 40)).toBe('abandoned');
    expect(chunkState(rest(claimed, tally, 20), 20)).toBe('resting');
    expect(chunkState(giveBack(claimed, 20), 20)).toBe('resting');
    expect(chunkState(finish(claimed, tally, 20), 20)).toBe('done');
  });

  it('has in doubt exactly the window that was claimed and not confirmed', () => {
    const first = claim(undefined, hold, '0', '4', 10);
    const second = confirmAndClaim(first, tally, hold, '8', 20);
    expect([second.prev, second.cursor]).toEqual(['4', '8']);
    expect(second.counts).toEqual({ told: 3, superseded: 1, exceptions: 2 });
    expect(giveBack(second, 30)).toMatchObject({ prev: '4', cursor: '4', counts: second.counts });
  });

  it('keeps the first owner in mind when it is taken over', () => {
    const abandoned = claim(undefined, { ...hold, endsAt: 500 }, '0', '4', 10);
    const taken = takeOver(abandoned, { ...hold, owner: 'other', endsAt: 400 }, 50);
    expect(taken).toMatchObject({ owner: 'other', prev: '0', cursor: '4', claimedAt: 10, endsAt: 500 });
  });

  it('never moves its cursor back but to undo its own claim, and never loses a count', () => {
    type Step = 'confirm' | 'rest' | 'giveBack';
    const steps = fc.array(fc.constantFrom<Step>('confirm', 'rest', 'giveBack'), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (path) => {
        let entry: ChunkEntry = claim(undefined, hold, '', 'a0', 0);
        let confirmed = 0;
        for (const [index, step] of path.entries()) {
          const before = entry;
          const cursor = `a${String.fromCharCode(98 + index)}`;
          if (step === 'confirm') {
            entry = confirmAndClaim(entry, { ...NOTHING, told: 1 }, hold, cursor, index);
            confirmed++;
            expect(entry.prev).toBe(before.cursor);
          } else if (step === 'giveBack') {
            entry = claim(giveBack(entry, index), hold, '', cursor, index);
            expect(entry.prev).toBe(before.prev);
          } else {
            entry = claim(rest(entry, { ...NOTHING, told: 1 }, index), hold, '', cursor, index);
            confirmed++;
          }
          expect(entry.cursor > before.prev).toBe(true);
          expect(entry.counts.told).toBe(confirmed);
        }
      }),
    );
  });
});
