import type { Instant } from '../../domain/time.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * An RFC 3339 time as people read it, always in UTC: `13 Oct 2021, 07:26 UTC`. Readers are everywhere, and two of them
 * comparing notes must see the same digits. A string that is no time is returned as it is.
 */
export function utcTime(published: string): string {
  const parts = utcParts(published);
  return parts === undefined ? published : `${parts.date}, ${parts.time} UTC`;
}

/** The time of day alone: `07:26 UTC`. */
export function utcTimeOfDay(published: string): string {
  const parts = utcParts(published);
  return parts === undefined ? published : `${parts.time} UTC`;
}

/** A span of time: `13 Oct 2021, 07:26 – 08:28 UTC`, or with both dates when they differ. */
export function utcSpan(from: string, until: string): string {
  const start = utcParts(from);
  const end = utcParts(until);
  if (start === undefined || end === undefined) return `${utcTime(from)} – ${utcTime(until)}`;
  if (start.date === end.date) return `${start.date}, ${start.time} – ${end.time} UTC`;
  return `${start.date}, ${start.time} – ${end.date}, ${end.time} UTC`;
}

/** Whether both fall on the same day in UTC. */
export function sameUtcDay(one: string, other: string): boolean {
  const date = utcParts(one)?.date;
  return date !== undefined && date === utcParts(other)?.date;
}

/** RFC 3339 in UTC with seconds, for machines: `2021-10-13T07:26:00.000Z`. */
export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

function utcParts(published: string): { date: string; time: string } | undefined {
  const at = Date.parse(published);
  if (Number.isNaN(at)) return undefined;
  const iso = isoTime(at);
  const [year = '', month = '', day = ''] = iso.split('T', 1)[0]?.split('-').slice(-3) ?? [];
  return { date: `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`, time: iso.slice(-13, -8) };
}
