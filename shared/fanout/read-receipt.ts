import { CHANNELS, type Channel } from '../domain/channel.ts';
import type { ChunkEntry } from '../domain/chunk.ts';
import type { Incident } from '../domain/incident.ts';
import { type ChannelLedger, type Receipt, sumLedger } from '../domain/receipt.ts';
import { tellsAnybody, type Update } from '../domain/update.ts';
import type { ExceptionStore } from '../store/exceptions.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { StoredUpdate } from '../store/updates.ts';

export interface ReceiptDependencies {
  readonly ledger: Pick<LedgerStore, 'readAll'>;
  readonly exceptions: Pick<ExceptionStore, 'readAll'>;
}

const NOTHING: ChannelLedger = { of: 0, entries: [], rows: [] };

/** The complete receipt of an update that nobody is told of. */
export const NOBODY: Receipt = sumLedger({ email: NOTHING, sms: NOTHING, slack: NOTHING, webhook: NOTHING });

/** The chunk items of one update: by channel, and by number. */
export type Entries = Readonly<Record<Channel, ReadonlyMap<number, ChunkEntry>>>;

export async function readEntries(
  { ledger }: Pick<ReceiptDependencies, 'ledger'>,
  incident: Incident,
  update: Update,
): Promise<Entries> {
  return perChannel(async (channel) => {
    const of = incident.chunks[channel];
    if (of === 0 || !tellsAnybody(update)) return new Map();
    return ledger.readAll(update.page, update.id, channel, of);
  });
}

/** The receipt as these entries and the exception rows make it. An update that tells nobody has an empty, complete one. */
export async function addUp(
  { exceptions }: Pick<ReceiptDependencies, 'exceptions'>,
  incident: Incident,
  update: Update,
  found: Entries,
): Promise<Receipt> {
  if (!tellsAnybody(update)) return NOBODY;
  return sumLedger(
    await perChannel(async (channel) => {
      const of = incident.chunks[channel];
      const entries = [...found[channel].values()];
      // Rows are looked for wherever a window may have left some: also in one that is not confirmed yet.
      const mayHaveRows = entries.some(({ counts, done }) => !done || counts.exceptions > 0);
      const ref = { page: update.page, update: update.id, channel, of };
      return { of, entries, rows: mayHaveRows ? await exceptions.readAll(ref) : [] };
    }),
  );
}

/** The receipt of an update: the closed one where there is one, else the ledger added up as it stands now. */
export async function readReceipt(
  deps: ReceiptDependencies,
  incident: Incident,
  { update, receipt }: Pick<StoredUpdate, 'update' | 'receipt'>,
): Promise<Receipt> {
  return receipt ?? addUp(deps, incident, update, await readEntries(deps, incident, update));
}

async function perChannel<T>(read: (channel: Channel) => Promise<T>): Promise<Record<Channel, T>> {
  const all = await Promise.all(CHANNELS.map(async (channel) => [channel, await read(channel)] as const));
  return Object.fromEntries(all) as Record<Channel, T>; // fromEntries forgets its keys; CHANNELS names them all
}
