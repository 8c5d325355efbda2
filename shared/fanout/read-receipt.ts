import { CHANNELS } from '../domain/channel.ts';
import type { Incident } from '../domain/incident.ts';
import { type ChannelLedger, type Receipt, sumLedger } from '../domain/receipt.ts';
import { tellsAnybody } from '../domain/update.ts';
import type { ExceptionStore } from '../store/exceptions.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { StoredUpdate } from '../store/updates.ts';

export interface ReceiptDependencies {
  readonly ledger: Pick<LedgerStore, 'readAll'>;
  readonly exceptions: Pick<ExceptionStore, 'readAll'>;
}

const EMPTY: ChannelLedger = { of: 0, entries: [], rows: [] };

/** The complete receipt of an update that nobody is told of. */
export const NOBODY: Receipt = sumLedger({ email: EMPTY, sms: EMPTY, slack: EMPTY, webhook: EMPTY });

/**
 * The receipt of an update: the closed one where there is one, else the ledger added up as it stands now. An update
 * that tells nobody has an empty, complete receipt.
 */
export async function readReceipt(
  deps: ReceiptDependencies,
  incident: Incident,
  { update, receipt }: Pick<StoredUpdate, 'update' | 'receipt'>,
): Promise<Receipt> {
  if (receipt !== undefined) return receipt;
  const telling = tellsAnybody(update);
  const ledgers = await Promise.all(
    CHANNELS.map(async (channel): Promise<ChannelLedger> => {
      const of = incident.chunks[channel];
      if (!telling || of === 0) return EMPTY;
      const entries = [...(await deps.ledger.readAll(update.page, update.id, channel, of)).values()];
      // Rows are looked for wherever a window may have left some: also in one that is not confirmed yet.
      const mayHaveRows = entries.some(({ counts, done }) => !done || counts.exceptions > 0);
      const rows = mayHaveRows
        ? await deps.exceptions.readAll({ page: update.page, update: update.id, channel, of })
        : [];
      return { of, entries, rows };
    }),
  );
  const [email = EMPTY, sms = EMPTY, slack = EMPTY, webhook = EMPTY] = ledgers;
  return sumLedger({ email, sms, slack, webhook });
}
