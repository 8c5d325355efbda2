import type { Channel } from '../../shared/domain/channel.ts';
import { SHARDS, shardOf } from '../../shared/domain/hash-range.ts';

/** A page's subscribers on one channel, computed instead of stored: a million cost no more than a thousand. */
export interface SyntheticAudience {
  readonly channel: Channel;
  readonly rows: number;
  /** Share of the rows that the benchmark's update concerns, 0 to 1. */
  readonly match: number;
  /** Base address of the webhooks' endpoints. */
  readonly sinkUrl: string;
}

/** The component that the benchmark's update touches, and one that it does not. */
export const TOUCHED = 'push-api';
export const UNTOUCHED = 'dashboard';

/** When all of them agreed: long before any update. */
const CONFIRMED_AT = '1600000000000';

/** Hashes are spread by their first 48 bits; the digits after them say which row it is. */
const SPACE = 2 ** 48;
const DIGITS = 12;

/** An item in DynamoDB's JSON. */
export type WireItem = Readonly<Record<string, WireValue>>;
export type WireValue = { readonly S: string } | { readonly N: string } | { readonly M: WireItem };

/** `h` of row `index`: evenly spread with a little unevenness, in order, and the same at every call. */
export function hashOfRow(index: number, rows: number): string {
  const jitter = (Math.imul(index + 1, 2_654_435_761) >>> 0) / 2 ** 32;
  const place = Math.floor(((index + jitter) * SPACE) / rows);
  return place.toString(16).padStart(DIGITS, '0') + index.toString(16).padStart(DIGITS, '0');
}

/** The first row whose hash is greater than `bound`, which may be any text that hashes are compared with. */
export function firstRowAfter(bound: string, rows: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (hashOfRow(middle, rows) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether the update concerns row `index`. Of every hundred rows in a row the same number match. */
export function isConcerned(index: number, match: number): boolean {
  return (index * 37) % 100 < Math.round(match * 100);
}

/** Row `index` as `store/subscribers.ts` would have written it. */
export function itemOfRow(index: number, audience: SyntheticAudience): WireItem {
  const h = hashOfRow(index, audience.rows);
  const component = isConcerned(index, audience.match) ? TOUCHED : UNTOUCHED;
  return {
    pk: { S: `${PAGE_ID}#${audience.channel}#${shardOf(h)}` },
    sk: { S: h },
    address: { M: addressOf(index, audience) },
    state: { S: 'active' },
    // The shape that takes more room: a choice of components, not the whole page.
    scope: {
      M: { kind: { S: 'selection' }, components: LIST(component), groups: LIST(), incidents: LIST() },
    },
    createdAt: { N: CONFIRMED_AT },
    confirmedAt: { N: CONFIRMED_AT },
    source: { S: 'import' },
    ...(audience.channel === 'webhook' && { secretVersions: { L: [{ N: '1' }] } as unknown as WireValue }),
  };
}

export const PAGE_ID = 'bench';

/** Lists hold strings here. */
const LIST = (...members: string[]) => ({ L: members.map((S) => ({ S })) }) as unknown as WireValue;

function addressOf(index: number, { channel, sinkUrl }: SyntheticAudience): WireItem {
  const name = String(index).padStart(8, '0');
  switch (channel) {
    case 'email':
      return { channel: { S: channel }, email: { S: `subscriber.${name}@example.com` } };
    case 'sms':
      return { channel: { S: channel }, phone: { S: `+3361${name}` } };
    case 'slack':
      return { channel: { S: channel }, team: { S: 'T0BENCH' }, conversation: { S: `C${name}` } };
    case 'webhook':
      return { channel: { S: channel }, url: { S: `${sinkUrl}/hooks/${name}` } };
  }
}

/** The rows of one shard from the first after `bound`: what a planner that reads everybody walks through. */
export function endOfShard(shard: number, rows: number): number {
  return shard === SHARDS - 1 ? rows : firstRowAfter(`${((shard + 1) * (16 / SHARDS)).toString(16)}`, rows);
}
