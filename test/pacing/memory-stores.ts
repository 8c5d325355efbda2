import type { ChunkEntry } from '../../shared/domain/chunk.ts';
import type { ExceptionRow } from '../../shared/domain/exception.ts';
import { chunkRange } from '../../shared/domain/hash-range.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import type { Pace } from '../../shared/domain/pace.ts';
import type { Pause } from '../../shared/domain/pause.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import type { DeliverDependencies } from '../../shared/fanout/deliver/answer-all.ts';
import type { SweepDependencies } from '../../shared/fanout/sweep.ts';
import type { PageWithCounts } from '../../shared/store/pages.ts';
import type { StoredUpdate } from '../../shared/store/updates.ts';

/** What DynamoDB would hold, with swaps that one wins. Counts the writes of the pace. */
export function memoryTables() {
  const pages = new Map<string, PageWithCounts>();
  const incidents = new Map<string, Incident>();
  const updates = new Map<string, StoredUpdate>();
  const rows = new Map<string, Subscriber[]>();
  const ledger = new Map<string, ChunkEntry>();
  const exceptions = new Map<string, ExceptionRow>();
  const pauses = new Map<string, Pause>();
  const paces = new Map<string, Pace>();
  const counts = { paceReads: 0, paceWrites: 0, paceConflicts: 0, ledgerWrites: 0, rowReads: 0 };

  const chunkKey = (ref: { page: string; update: string; channel: string; chunk: number }) =>
    `${ref.page} ${ref.update} ${ref.channel} ${ref.chunk}`;
  const rowKey = (ref: { page: string; update: string; channel: string }, h: string) =>
    `${ref.page} ${ref.update} ${ref.channel} ${h}`;

  const deliver = {
    subscribers: {
      async readRange(page, channel, { after, upTo }, limit) {
        counts.rowReads++;
        const all = rows.get(`${page} ${channel}`) ?? [];
        let low = 0;
        for (let high = all.length; low < high; ) {
          const middle = (low + high) >> 1;
          if ((all[middle]?.h ?? '') > after) high = middle;
          else low = middle + 1;
        }
        const found = all.slice(low, low + limit).filter(({ h }) => h <= upTo);
        return { rows: found, exhausted: found.length < limit };
      },
      get: async (page, channel, h) => (rows.get(`${page} ${channel}`) ?? []).find((row) => row.h === h),
      absolve: async () => {},
      quarantine: async () => false,
      strike: async () => 'carryOn' as const,
    },
    pages: { get: async (id) => pages.get(id) },
    incidents: { get: async (page, id) => incidents.get(`${page} ${id}`) },
    updates: {
      get: async (page, id) => updates.get(`${page} ${id}`),
      getMany: async (page, ids) =>
        new Map(
          ids.flatMap((id) => {
            const found = updates.get(`${page} ${id}`);
            return found ? [[id, found] as const] : [];
          }),
        ),
    },
    ledger: {
      readMany: async (refs) =>
        new Map(
          refs.flatMap((ref) => {
            const entry = ledger.get(chunkKey(ref));
            return entry ? [[ref.update, entry] as const] : [];
          }),
        ),
      async swap(ref, seen, next) {
        counts.ledgerWrites++;
        const key = chunkKey(ref);
        if (ledger.get(key) !== seen) return false;
        ledger.set(key, next);
        return true;
      },
    },
    exceptions: {
      async putNew(ref, row) {
        const key = rowKey(ref, row.h);
        if (exceptions.has(key)) return false;
        exceptions.set(key, row);
        return true;
      },
      async swap(ref, seen, next) {
        const key = rowKey(ref, next.h);
        if (exceptions.get(key) !== seen) return false;
        exceptions.set(key, next);
        return true;
      },
      async readChunk(ref, range = chunkRange(ref.chunk, ref.of)) {
        const prefix = rowKey(ref, '');
        return [...exceptions]
          .filter(([key]) => key.startsWith(prefix))
          .map(([, row]) => row)
          .filter(({ h }) => h > range.after && h <= range.upTo);
      },
    },
    pauses: {
      read: async (channel, scope) => pauses.get(`${channel} ${scope}`),
      async swap(channel, scope, seen, next) {
        const key = `${channel} ${scope}`;
        if (pauses.get(key) !== seen) return false;
        pauses.set(key, next);
        return true;
      },
      async clear(channel, scope) {
        pauses.delete(`${channel} ${scope}`);
      },
    },
  } satisfies Pick<
    DeliverDependencies,
    'subscribers' | 'pages' | 'incidents' | 'updates' | 'ledger' | 'exceptions' | 'pauses'
  >;

  const sweeping = {
    ledger: {
      async readAll(page, update, channel, of) {
        const found = new Map<number, ChunkEntry>();
        for (let chunk = 0; chunk < of; chunk++) {
          const entry = ledger.get(chunkKey({ page, update, channel, chunk }));
          if (entry) found.set(chunk, entry);
        }
        return found;
      },
    },
    exceptions: {
      async readAll(ref) {
        const prefix = rowKey(ref, '');
        return [...exceptions].filter(([key]) => key.startsWith(prefix)).map(([, row]) => row);
      },
      async *listDue() {},
    },
    updates: {
      ...deliver.updates,
      putNew: async () => false,
      async markEnqueued() {},
      async close(page, id, receipt, at) {
        const stored = updates.get(`${page} ${id}`);
        if (stored) updates.set(`${page} ${id}`, { ...stored, receipt, closedAt: at });
      },
      async *listOpen() {
        for (const { update, closedAt } of updates.values()) {
          if (closedAt === undefined) yield { page: update.page, id: update.id };
        }
      },
    },
    incidents: {
      get: deliver.incidents.get,
      async change(page, id, change) {
        const next = change(incidents.get(`${page} ${id}`));
        incidents.set(`${page} ${id}`, next);
        return next;
      },
      async *listToRemind() {},
    },
  } satisfies Pick<SweepDependencies, 'ledger' | 'exceptions' | 'updates' | 'incidents'>;

  const paceTable = {
    async read(channel: string) {
      counts.paceReads++;
      return paces.get(channel);
    },
    async swap(channel: string, seen: Pace | undefined, next: Pace) {
      counts.paceWrites++;
      if (paces.get(channel)?.by !== seen?.by) {
        counts.paceConflicts++;
        return false;
      }
      paces.set(channel, next);
      return true;
    },
  };

  return { pages, incidents, updates, rows, counts, deliver, sweeping, paces: paceTable };
}
