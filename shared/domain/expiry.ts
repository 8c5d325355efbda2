import type { Channel } from './channel.ts';
import type { ChunkEntry } from './chunk.ts';
import { endsIncident } from './status.ts';
import { HOUR, type Instant, type Millis } from './time.ts';
import type { PlacedUpdate } from './update.ts';

/**
 * How long after its acceptance the end of an incident is still worth telling to somebody who has heard nothing of the incident. Machines
 * get every update for as long as their schedule lasts. (Decision 42.)
 */
const LATE: Readonly<Record<Channel, Millis | undefined>> = {
  email: 4 * HOUR,
  sms: 4 * HOUR,
  slack: 6 * HOUR,
  webhook: undefined,
};

/**
 * Whether an update is old news: it ends its incident, and is too old to be sent to people who never knew of it. What does not end an
 * incident never is: it is overtaken after a minute by a newer update, and the newest is how things stand. A postmortem is read
 * whenever it comes.
 */
export function isOldNews(update: PlacedUpdate, channel: Channel, now: Instant): boolean {
  const late = LATE[channel];
  if (late === undefined || update.status === 'postmortem' || !endsIncident(update.status)) return false;
  return now - update.acceptedAt > late;
}

/**
 * Whether nobody in a chunk can have been told of an earlier update. `entry` is what the ledger holds of that update: none is proof only
 * while its receipt is open, because closed ones outlive their ledger.
 */
export function toldNobody(entry: ChunkEntry | undefined, isOpen: boolean): boolean {
  if (entry === undefined) return isOpen;
  return entry.counts.told === 0 && entry.counts.exceptions === 0 && entry.prev === entry.cursor;
}
