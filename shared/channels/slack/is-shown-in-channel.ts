import type { Impact } from '../../domain/status.ts';
import type { Announcement } from '../channel.ts';
import { standsOut } from '../text/wording.ts';

/** Planned work has no rank: it neither grows worse nor better than trouble. */
const RANK: Readonly<Record<Impact, number>> = { maintenance: 0, none: 0, minor: 1, major: 2, critical: 3 };

/**
 * Whether the reply to an update is shown in the channel as well as in the thread, which rings everybody in it once more: when
 * everybody should notice, and when it is worse than ever before.
 */
export function isShownInChannel(announcement: Announcement): boolean {
  if (standsOut(announcement)) return true;
  const { incident, update } = announcement;
  const before = incident.impacts?.slice(0, update.sequence - 1) ?? [];
  const worst = before.reduce((rank, impact) => Math.max(rank, RANK[impact]), 0);
  return before.length > 0 && RANK[update.incident.impact] > worst;
}
