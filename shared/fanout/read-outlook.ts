import { CHANNELS, type Channel } from '../domain/channel.ts';
import type { Incident } from '../domain/incident.ts';
import { type Outlook, outlookOf } from '../domain/outlook.ts';
import { rateNow, rateSource } from '../domain/pace.ts';
import { tellsAnybody } from '../domain/update.ts';
import type { Clock } from '../runtime/clock.ts';
import type { LedgerStore } from '../store/ledger.ts';
import type { PaceStore } from '../store/paces.ts';
import type { PageStore } from '../store/pages.ts';
import type { PauseStore } from '../store/pauses.ts';
import type { StoredUpdate } from '../store/updates.ts';
import { WHOLE_SENDER } from './deliver/breaker.ts';
import type { Rates } from './plan.ts';

export interface OutlookDependencies {
  readonly ledger: Pick<LedgerStore, 'readAll'>;
  readonly pages: Pick<PageStore, 'get'>;
  readonly paces: Pick<PaceStore, 'read'>;
  readonly pauses: Pick<PauseStore, 'read'>;
  readonly rates: Rates;
  readonly clock: Pick<Clock, 'now'>;
}

export type Outlooks = Readonly<Partial<Record<Channel, Outlook>>>;

/** What is still to be told of an update, by channel; channels with nothing left are not named. Empty once the receipt is closed. */
export async function readOutlook(
  deps: OutlookDependencies,
  incident: Incident,
  { update, closedAt }: Pick<StoredUpdate, 'update' | 'closedAt'>,
): Promise<Outlooks> {
  if (closedAt !== undefined || !tellsAnybody(update)) return {};
  const page = await deps.pages.get(update.page);
  const outlooks = await Promise.all(
    CHANNELS.filter((channel) => incident.chunks[channel] > 0).map(async (channel) => {
      const of = incident.chunks[channel];
      const [entries, pause, pace] = await Promise.all([
        deps.ledger.readAll(update.page, update.id, channel, of),
        deps.pauses.read(channel, WHOLE_SENDER),
        deps.paces.read(channel),
      ]);
      const now = deps.clock.now();
      const setting = deps.rates[channel];
      const rate = pace ? rateNow(pace, rateSource(channel, setting), now) : setting;
      const rows = page?.counts[channel] ?? 0;
      return [channel, outlookOf({ of, entries, rows, rate, pausedUntil: pause?.until, now })] as const;
    }),
  );
  return Object.fromEntries(outlooks.filter(([, { remaining }]) => remaining > 0));
}
