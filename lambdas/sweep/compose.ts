import { ROWS_PER_CHUNK } from '../../shared/deployment/channels.ts';
import { TABLE_ENV } from '../../shared/deployment/env.ts';
import { type SweepDependencies, sweep } from '../../shared/fanout/sweep.ts';
import { fullJitter } from '../../shared/runtime/back-off.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { channelsFrom, queueUrlsFrom, ratesFrom } from '../../shared/runtime/deployment-env.ts';
import { doorbellQueue } from '../../shared/runtime/doorbell-queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog, errorName } from '../../shared/runtime/log.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { exceptionStore } from '../../shared/store/exceptions.ts';
import { incidentLists } from '../../shared/store/incident-lists.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { ledgerStore } from '../../shared/store/ledger.ts';
import { paceStore } from '../../shared/store/paces.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { pauseStore } from '../../shared/store/pauses.ts';
import { updateStore } from '../../shared/store/updates.ts';

export async function compose() {
  const env = readEnv((read) => ({
    tables: { incidents: read(TABLE_ENV.incidents), deliveries: read(TABLE_ENV.deliveries) },
    queueUrls: queueUrlsFrom(read),
    channels: channelsFrom(read),
    rates: ratesFrom(read),
  }));
  const clock = systemClock;
  const log = consoleLog(clock.now);
  const documents = documentClient();
  const backOff = fullJitter(clock);
  const deps: SweepDependencies = {
    pages: pageStore(documents, env.tables.incidents),
    updates: updateStore(documents, env.tables.incidents),
    incidents: {
      ...incidentStore(documents, env.tables.incidents, clock.newId, backOff),
      ...incidentLists(documents, env.tables.incidents),
    },
    ledger: ledgerStore(documents, env.tables.deliveries),
    exceptions: exceptionStore(documents, env.tables.deliveries),
    pauses: pauseStore(documents, env.tables.deliveries),
    paces: paceStore(documents, env.tables.deliveries),
    activity: pageActivityStore(documents, env.tables.incidents, clock.newId, backOff),
    doorbells: doorbellQueue(queueClient(), env.queueUrls),
    clock,
    channels: env.channels,
    rowsPerChunk: ROWS_PER_CHUNK,
    rates: env.rates,
    onClosed: (update, { told, failed, matched, superseded, suppressed, inDoubt, resent, lastToldAt }, at) =>
      log({
        event: 'receipt.closed',
        page: update.page,
        update: update.id,
        matched,
        told,
        failed,
        superseded,
        suppressed,
        inDoubt,
        resent,
        secondsToLast: ((lastToldAt ?? at) - update.acceptedAt) / 1_000,
      }),
    onTrouble: (page, what, error) => log({ event: 'sweep.trouble', page, what, error: errorName(error) }),
  };
  return async () => {
    const startedAt = clock.now();
    const { paused, ...swept } = await sweep(deps);
    for (const channel of paused) log({ event: 'channel.paused', channel, paused: 1 });
    log({ event: 'sweep.done', ...swept, durationMs: clock.now() - startedAt });
  };
}
