import { type Audience, audienceOf } from '../../domain/audience.ts';
import { isReadByPeople } from '../../domain/channel.ts';
import { type PlacedUpdate, tellsAnybody } from '../../domain/update.ts';
import type { LedgerStore } from '../../store/ledger.ts';
import type { UpdateStore } from '../../store/updates.ts';
import { type ChunkJob, chunkRef } from './job.ts';

export interface NewerDependencies {
  readonly ledger: Pick<LedgerStore, 'readMany'>;
  readonly updates: Pick<UpdateStore, 'getMany'>;
}

/** Whether a newer update has told a recipient, or is about to. Webhooks get every update, so never. */
export async function reachedByNewer(
  { ledger, updates }: NewerDependencies,
  job: ChunkJob,
): Promise<Audience> {
  const ids = isReadByPeople(job.channel) ? job.incident.history.slice(job.update.sequence) : [];
  if (ids.length === 0) return () => false;
  const stored = await updates.getMany(job.page.id, ids);
  const newer = ids.flatMap((id, index) => {
    const found = stored.get(id);
    if (found === undefined || !tellsAnybody(found.update)) return [];
    const update: PlacedUpdate = { ...found.update, sequence: job.update.sequence + 1 + index };
    return [{ update, closed: found.closedAt !== undefined, audience: audienceOf(job.incident, update) }];
  });
  const entries = await ledger.readMany(newer.map(({ update }) => chunkRef(job, update)));
  return (recipient) =>
    newer.some(({ update, closed, audience }) => {
      const cursor = entries.get(update.id)?.cursor;
      return (closed || (cursor !== undefined && cursor >= recipient.h)) && audience(recipient);
    });
}
