import type { Announcement } from '../channels/channel.ts';
import { type AcceptedUpdate, tellsAnybody } from '../domain/update.ts';
import type { UpdateStore } from '../store/updates.ts';

/** Updates of one incident that are read for its history, from the newest on: no payload has room for more. */
const MOST_EARLIER = 100;

/** Announcements whose history is remembered. A process works for few at a time. */
const REMEMBERED = 20;

/** What the incident's earlier updates said, oldest first. Read once per update and process, however many endpoints want it. */
export function earlierUpdates(updates: Pick<UpdateStore, 'getMany'>) {
  const known = new Map<string, Promise<readonly AcceptedUpdate[]>>();

  async function read({ page, incident, update }: Announcement): Promise<readonly AcceptedUpdate[]> {
    const ids = incident.history.slice(0, update.sequence - 1).slice(-MOST_EARLIER);
    if (ids.length === 0) return [];
    const stored = await updates.getMany(page.id, ids);
    return ids.flatMap((id) => {
      const found = stored.get(id)?.update;
      return found !== undefined && tellsAnybody(found) ? [found] : [];
    });
  }

  return (announcement: Announcement): Promise<readonly AcceptedUpdate[]> => {
    const key = `${announcement.page.id}#${announcement.update.id}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const reading = read(announcement);
    known.set(key, reading);
    reading.catch(() => known.delete(key));
    const [oldest = ''] = known.keys();
    if (known.size > REMEMBERED) known.delete(oldest);
    return reading;
  };
}
