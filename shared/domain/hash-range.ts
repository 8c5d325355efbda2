/**
 * Subscribers of a page and channel lie in the order of their keyed address hash, which is uniform. A chunk is
 * a range of that order: a pure function of its number and of how many there are, so that planning reads no
 * subscriber and a chunk means the same rows to every worker at every time.
 */
import type { AddressHash } from './subscriber.ts';

/** Partitions that a page's subscribers on one channel are spread over, by the top two bits of the hash. */
export const SHARDS = 4;

/** A half-open range in string order: `after < h <= upTo`. Bounds that are no whole hash are shorter than one. */
export interface HashRange {
  readonly after: string;
  readonly upTo: string;
}

/** Whether a range holds no hash. DynamoDB refuses a query whose bounds are the wrong way round, so nobody may ask. */
export function isEmpty({ after, upTo }: HashRange): boolean {
  return after >= upTo;
}

/** Bounds hold 24 bits, so that a channel may have up to 16 million chunks. */
const BOUND_DIGITS = 6;
const BOUND_SPACE = 16 ** BOUND_DIGITS;

/** Enough to tell the places of a billion hashes apart. */
const PLACE_DIGITS = 12;

/** Sorts after every hexadecimal digit. */
const BEYOND_ALL = 'g';

/** Where chunk `chunk` of `of` begins and ends. `of` is a power of two. A bound sorts before all hashes that it prefixes. */
export function chunkRange(chunk: number, of: number): HashRange {
  if (!isPowerOfTwo(of) || of > BOUND_SPACE)
    throw new RangeError(`Expected a power of two of chunks, got ${of}`);
  if (!Number.isInteger(chunk) || chunk < 0 || chunk >= of) {
    throw new RangeError(`Expected a chunk from 0 to ${of - 1}, got ${chunk}`);
  }
  return { after: bound(chunk, of), upTo: chunk + 1 === of ? BEYOND_ALL : bound(chunk + 1, of) };
}

/** The chunk that a hash lies in, when there are `of`. */
export function chunkOf(h: AddressHash, of: number): number {
  return Math.floor((Number.parseInt(h.slice(0, BOUND_DIGITS), 16) * of) / BOUND_SPACE);
}

/** The part of all hashes that a range holds, from 0 to 1. */
export function shareOf({ after, upTo }: HashRange): number {
  return Math.max(0, placeOf(upTo) - placeOf(after));
}

function placeOf(bound: string): number {
  if (bound === BEYOND_ALL) return 1;
  const digits = bound.slice(0, PLACE_DIGITS).padEnd(PLACE_DIGITS, '0');
  return Number.parseInt(digits, 16) / 16 ** PLACE_DIGITS;
}

/** The partition that a hash, or the lower bound of a range, lies in. */
export function shardOf(h: string): number {
  return Math.floor((Number.parseInt(h.slice(0, 1), 16) * SHARDS) / 16);
}

/** The partitions that a range touches, in order. */
export function shardsOf(range: HashRange): readonly number[] {
  const first = shardOf(range.after);
  const last = range.upTo === BEYOND_ALL ? SHARDS - 1 : lastShardBefore(range.upTo);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The largest power of two of chunks that leaves at least `rowsPerChunk` rows in each, 1 at least. */
export function chunkCount(rows: number, rowsPerChunk: number): number {
  const chunks = Math.max(1, Math.floor(rows / rowsPerChunk));
  return Math.min(BOUND_SPACE, 2 ** Math.floor(Math.log2(chunks)));
}

function bound(chunk: number, of: number): string {
  return ((chunk * BOUND_SPACE) / of).toString(16).padStart(BOUND_DIGITS, '0');
}

function lastShardBefore(upTo: string): number {
  const isShardBound = /^[048c]0*$/.test(upTo) && upTo.length === BOUND_DIGITS;
  return isShardBound ? shardOf(upTo) - 1 : shardOf(upTo);
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n > 0 && Number.isInteger(Math.log2(n));
}
