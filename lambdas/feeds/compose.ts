import { feedsApp } from '../../shared/api/feeds-app.ts';
import { shortLinkApp } from '../../shared/api/short-link-app.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { incidentLists } from '../../shared/store/incident-lists.ts';
import { incidentReader } from '../../shared/store/incident-reader.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { shortLinkStore } from '../../shared/store/short-links.ts';
import { updateStore } from '../../shared/store/updates.ts';

export function compose() {
  const env = readEnv((read) => ({ table: read(TABLE_ENV.incidents), publicUrl: read(ENV.publicUrl) }));
  const clock = systemClock;
  const documents = documentClient();
  const pages = pageStore(documents, env.table);
  const incidents = { ...incidentReader(documents, env.table), ...incidentLists(documents, env.table) };
  const log = consoleLog(clock.now);
  const app = feedsApp({
    pages,
    incidents,
    updates: updateStore(documents, env.table),
    publicUrl: env.publicUrl,
    now: clock.now,
    log,
  });
  return app.route(
    '/',
    shortLinkApp({ pages, incidents, shortLinks: shortLinkStore(documents, env.table), log }),
  );
}
