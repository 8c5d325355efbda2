import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkCount, chunkOf, chunkRange, shardOf, shardsOf } from '../../shared/domain/hash-range.ts';

const hash = fc.stringMatching(/^[0-9a-f]{24}$/);
const power = fc.integer({ min: 0, max: 12 }).map((exponent) => 2 ** exponent);

describe('chunk ranges', () => {
  it('hold every hash in exactly one chunk, the one that chunkOf names', () => {
    fc.assert(
      fc.property(hash, power, (h, of) => {
        const chunk = chunkOf(h, of);
        for (const candidate of [chunk - 1, chunk, chunk + 1]) {
          if (candidate < 0 || candidate >= of) continue;
          const { after, upTo } = chunkRange(candidate, of);
          expect(after < h && h <= upTo).toBe(candidate === chunk);
        }
      }),
    );
  });

  it('touch exactly the shards that their hashes lie in', () => {
    fc.assert(
      fc.property(hash, power, (h, of) => {
        expect(shardsOf(chunkRange(chunkOf(h, of), of))).toContain(shardOf(h));
      }),
    );
    expect(shardsOf(chunkRange(0, 1))).toEqual([0, 1, 2, 3]);
    expect(shardsOf(chunkRange(1, 2))).toEqual([2, 3]);
    expect(shardsOf(chunkRange(3, 4))).toEqual([3]);
    expect(shardsOf(chunkRange(0, 8))).toEqual([0]);
    expect(shardsOf(chunkRange(1, 8))).toEqual([0]);
  });

  it('refuse chunks that do not exist', () => {
    expect(() => chunkRange(2, 2)).toThrow('Expected a chunk from 0 to 1, got 2');
    expect(() => chunkRange(0, 3)).toThrow('Expected a power of two of chunks, got 3');
  });
});

describe('chunk count', () => {
  it.each([
    [0, 500, 1],
    [499, 500, 1],
    [999, 500, 1],
    [1_000, 500, 2],
    [100_000, 500, 128],
    [1_000_000, 500, 1024],
    [2_000, 50, 32],
  ])('%i rows of at least %i a chunk make %i chunks', (rows, rowsPerChunk, chunks) => {
    expect(chunkCount(rows, rowsPerChunk)).toBe(chunks);
  });

  it('leaves at least the rows asked for, and not twice as many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 10_000_000 }), (rows) => {
        const perChunk = rows / chunkCount(rows, 500);
        expect(perChunk).toBeGreaterThanOrEqual(500);
        expect(perChunk).toBeLessThan(1_000);
      }),
    );
  });
});
