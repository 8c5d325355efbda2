import type { Audience } from '../../domain/audience.ts';
import type { Channel } from '../../domain/channel.ts';
import type { HashRange } from '../../domain/hash-range.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import type { SubscriberStore } from '../../store/subscribers.ts';

/** The next recipients of a chunk: at most one provider call's worth. */
export interface Window {
  readonly recipients: readonly Subscriber[];
  /** Concerned and not told: a newer update tells them, or it is too late. */
  readonly skipped: number;
  /** Everything up to here has been looked at. */
  readonly cursor: string;
  /** Nobody concerned lies after `cursor`. */
  readonly last: boolean;
  /** No recipient lies up to here: a long stretch of rows that concern nobody need not be read again with it. */
  readonly after: string;
  /** When its first recipients were read. */
  readonly readAt: Instant;
}

export interface WindowRequest {
  readonly page: string;
  readonly channel: Channel;
  readonly range: HashRange;
  readonly size: number;
  readonly audience: Audience;
  /** Who of the audience is not told. */
  readonly skips?: Audience;
  /** Then what was found has to do, be it nobody. */
  readonly until: Instant;
}

/** How old a read may be when a call starts: who left a moment ago is not told. */
export const FRESH: Millis = SECOND;

/** How often a window that grew stale before its call is read, until it is given back. */
const MOST_READS = 3;

/** Rows of one read at most, where few rows match. */
const MOST_ROWS = 500;

/**
 * Reads on until the window is full, the range is at its end or the time is up. One row more than fits is asked for, so that the
 * usual window needs one read and the last one is known as the last.
 */
export async function nextWindow(
  subscribers: Pick<SubscriberStore, 'readRange'>,
  now: () => Instant,
  request: WindowRequest,
): Promise<Window> {
  const { page, channel, range, size, audience, skips } = request;
  const recipients: Subscriber[] = [];
  let skipped = 0;
  let cursor = range.after;
  let limit = size + 1;
  let after = range.after;
  let readAt = now();
  const window = (last: boolean): Window => ({ recipients, skipped, cursor, last, after, readAt });
  for (;;) {
    if (recipients.length + skipped === 0) {
      after = cursor;
      readAt = now();
    }
    const { rows, exhausted } = await subscribers.readRange(
      page,
      channel,
      { after: cursor, upTo: range.upTo },
      limit,
    );
    for (const row of rows) {
      if (audience(row)) {
        if (skips?.(row)) skipped++;
        else if (recipients.length === size) return window(false);
        else recipients.push(row);
      }
      cursor = row.h;
    }
    if (exhausted) return { ...window(true), cursor: range.upTo };
    const found = recipients.length + skipped > 0;
    const keptWaiting = found && now() - readAt > FRESH / 2;
    if (recipients.length === size || keptWaiting || now() > request.until) return window(false);
    limit = Math.min(MOST_ROWS, limit * 2);
  }
}

/** The window as read within the last second, or nothing when reading cannot keep up. */
export async function freshened(
  subscribers: Pick<SubscriberStore, 'readRange'>,
  now: () => Instant,
  request: WindowRequest,
  window: Window,
): Promise<Window | undefined> {
  let fresh = window;
  for (let reads = 1; now() - fresh.readAt > FRESH; reads++) {
    if (reads === MOST_READS) return;
    fresh = await readAgain(subscribers, now, request, fresh);
  }
  return fresh;
}

/** The recipients of a window as they are now: those who have left since it was read are gone from it. */
async function readAgain(
  subscribers: Pick<SubscriberStore, 'readRange'>,
  now: () => Instant,
  request: WindowRequest,
  window: Window,
): Promise<Window> {
  const readAt = now();
  const wanted = new Set(window.recipients.map(({ h }) => h));
  const recipients: Subscriber[] = [];
  let { after } = window;
  for (;;) {
    const range = { after, upTo: window.cursor };
    const { rows, exhausted } = await subscribers.readRange(request.page, request.channel, range, MOST_ROWS);
    recipients.push(...rows.filter((row) => wanted.has(row.h) && request.audience(row)));
    after = rows.at(-1)?.h ?? after;
    if (exhausted) return { ...window, recipients, readAt };
  }
}
