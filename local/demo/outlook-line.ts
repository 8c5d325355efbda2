import type { Receipt } from './receipt.ts';

/** What takes less is done before anybody has read about it. */
const WORTH_SAYING_MS = 3_000;

/**
 * "email: 1,020 to go, until about 10:03:11" for each channel that takes a while, and until when a provider pauses; undefined when there
 * is nothing worth saying. Times are UTC.
 */
export function outlookLine({ outlook }: Receipt, now: number): string | undefined {
  const parts = Object.entries(outlook?.channels ?? {}).flatMap(
    ([channel, { remaining, pausedUntil, finishAt }]) => {
      const finish = finishAt ? Date.parse(finishAt) : undefined;
      if (!pausedUntil && (finish === undefined || finish - now < WORTH_SAYING_MS)) return [];
      const until = finish === undefined ? '' : `, until about ${clockTime(finish)}`;
      const paused = pausedUntil ? `; provider paused until ${clockTime(Date.parse(pausedUntil))}` : '';
      return [`${channel}: ${remaining.toLocaleString('en')} to go${until}${paused}`];
    },
  );
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

function clockTime(instant: number): string {
  return new Date(instant).toISOString().slice(11, 19);
}
