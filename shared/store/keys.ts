import type { Channel } from '../domain/channel.ts';
import { chunkOf, shardOf } from '../domain/hash-range.ts';
import type { AddressHash } from '../domain/subscriber.ts';

/**
 * Every key of the three tables. Ids come from `[A-Za-z0-9_-]` and never hold `#`, so no id can reach into
 * another's partition, and the page is the first part of every partition that holds its data.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Partition keys that the chunk items of one update and channel are spread over: 1,000 writes per second each. */
const SPREAD = 8;

export const subscriberPartition = (page: string, channel: Channel, shard: number) =>
  `${page}#${channel}#${shard}`;

/** Names a subscriber: never the address. */
export interface SubscriberRef {
  readonly page: string;
  readonly channel: Channel;
  readonly h: AddressHash;
}

export const subscriberKey = ({ page, channel, h }: SubscriberRef): Key => ({
  pk: subscriberPartition(page, channel, shardOf(h)),
  sk: h,
});

export const pagePartition = (page: string) => `${page}#page`;
export const pageKey = (page: string): Key => ({ pk: pagePartition(page), sk: 'page' });
export const countKey = (page: string, channel: Channel): Key => ({
  pk: pagePartition(page),
  sk: `count#${channel}`,
});
export const incidentKey = (page: string, incident: string): Key => ({
  pk: `${page}#incident#${incident}`,
  sk: 'incident',
});
export const updateKey = (page: string, update: string): Key => ({
  pk: `${page}#update#${update}`,
  sk: 'update',
});

/** The one partition of the index of open updates: there are never many. */
export const OPEN = 'open';

/** The one partition of the index of reminders that are still to come. */
export const REMIND = 'remind';

/** Names one chunk of one update on one channel. */
export interface ChunkRef {
  readonly page: string;
  readonly update: string;
  readonly channel: Channel;
  readonly chunk: number;
  readonly of: number;
}

/** The partitions that hold the ledger of one update and channel: its chunk items and exception rows. */
export function ledgerPartitions(page: string, update: string, channel: Channel, of: number): string[] {
  return Array.from({ length: Math.min(of, SPREAD) }, (_, spread) =>
    ledgerPartition(page, update, channel, spread),
  );
}

export function chunkKey({ page, update, channel, chunk, of }: ChunkRef): Key {
  return {
    pk: ledgerPartition(page, update, channel, chunk % Math.min(of, SPREAD)),
    sk: `${CHUNK_PREFIX}${String(chunk).padStart(8, '0')}`,
  };
}

/** The exception row of one recipient: beside the item of its chunk. */
export function exceptionKey(ref: Omit<ChunkRef, 'chunk'>, h: AddressHash): Key {
  const { pk } = chunkKey({ ...ref, chunk: chunkOf(h, ref.of) });
  return { pk, sk: `${ROW_PREFIX}${h}` };
}

export const CHUNK_PREFIX = 'chunk#';
export const ROW_PREFIX = 'row#';

export const paceKey = (channel: Channel): Key => ({ pk: `pace#${channel}`, sk: 'sender' });

export const pauseKey = (channel: Channel, scope: string): Key => ({ pk: `pause#${channel}`, sk: scope });

/** One counter in one window of time, or `last` for one that only remembers when. `subject` is a digest. */
export const limitKey = (name: string, subject: string, window: string): Key => ({
  pk: `limit#${name}#${subject}`,
  sk: window,
});

/** Calls of one endpoint, by time: 15 digits of milliseconds sort as numbers do. */
export const attemptPartition = (page: string, h: AddressHash) => `${page}#attempts#${h}`;
export const attemptKey = (page: string, h: AddressHash, at: number, update: string): Key => ({
  pk: attemptPartition(page, h),
  sk: `${String(at).padStart(15, '0')}#${update}`,
});

/** What has happened on a page lately. */
export const activityKey = (page: string): Key => ({ pk: pagePartition(page), sk: 'activity' });

export const threadRootKey = (page: string, incident: string, h: AddressHash): Key => ({
  pk: `${page}#threads#${incident}`,
  sk: h,
});

/** Ids of Slack teams are in upper case, so no part of a page's partitions is one. */
export const installationPartition = (team: string) => `slack#${team}`;
export const installationKey = (enterprise: string | undefined, team: string): Key => ({
  pk: installationPartition(team),
  sk: `installation#${enterprise ?? ''}|${team}`,
});

/** Codes are ten letters and digits: no other key of a page called `link` looks like that. */
export const shortLinkKey = (code: string): Key => ({ pk: `link#${code}`, sk: 'link' });

/** A mark that something has been seen: it is there or not. */
export const markKey = (kind: string, id: string): Key => ({ pk: `mark#${kind}#${id}`, sk: 'mark' });

function ledgerPartition(page: string, update: string, channel: Channel, spread: number): string {
  return `${page}#ledger#${update}#${channel}#${spread}`;
}
