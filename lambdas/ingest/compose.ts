import * as z from 'zod/mini';
import { answerHttp } from '../../shared/api/answer-http.ts';
import { heldKeys } from '../../shared/api/held-keys.ts';
import { publishApp } from '../../shared/api/publish-app.ts';
import { takeUpdateEvent } from '../../shared/api/update-event.ts';
import { ROWS_PER_CHUNK } from '../../shared/deployment/channels.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import type { Update } from '../../shared/domain/update.ts';
import { type AcceptDependencies, acceptUpdate } from '../../shared/fanout/accept.ts';
import { answerEach } from '../../shared/runtime/answer-each.ts';
import { fullJitter } from '../../shared/runtime/back-off.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { channelsFrom, queueUrlsFrom, ratesFrom } from '../../shared/runtime/deployment-env.ts';
import { deadLetters, doorbellQueue } from '../../shared/runtime/doorbell-queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { updateStore } from '../../shared/store/updates.ts';

const statuspageSecret = z.object({
  token: z.string().check(z.minLength(32)),
  previous: z.optional(z.string()),
});

export async function compose() {
  const env = readEnv((read) => ({
    incidentsTable: read(TABLE_ENV.incidents),
    queueUrls: queueUrlsFrom(read),
    channels: channelsFrom(read),
    rates: ratesFrom(read),
    deadLetterQueueUrl: read(ENV.deadLetterQueueUrl),
    operatorArn: read(ENV.operatorSecret),
    statuspageArn: read(ENV.statuspageSecret),
  }));
  const clock = systemClock;
  const [isOperatorKey, isStatuspageToken] = await Promise.all([
    heldKeys(async () => {
      const { key, previous } = await readSecret(env.operatorArn, keySecret);
      return [key, previous];
    }, clock.now),
    heldKeys(async () => {
      const { token, previous } = await readSecret(env.statuspageArn, statuspageSecret);
      return [token, previous];
    }, clock.now),
  ]);
  const log = consoleLog(clock.now);
  const documents = documentClient();
  const backOff = fullJitter(clock);
  const sqs = queueClient();
  const deps: AcceptDependencies = {
    pages: pageStore(documents, env.incidentsTable),
    updates: updateStore(documents, env.incidentsTable),
    incidents: incidentStore(documents, env.incidentsTable, clock.newId, backOff),
    activity: pageActivityStore(documents, env.incidentsTable, clock.newId, backOff),
    doorbells: doorbellQueue(sqs, env.queueUrls),
    clock,
    channels: env.channels,
    rowsPerChunk: ROWS_PER_CHUNK,
    rates: env.rates,
  };
  const accept = (update: Update) => acceptUpdate(deps, update);
  const app = publishApp({ accept, isOperatorKey, isStatuspageToken, now: clock.now, log });
  return {
    answerHttp: answerHttp(app),
    answerEvents: answerEach({
      subject: 'update',
      answer: (body) => takeUpdateEvent({ accept, now: clock.now, log }, body),
      bury: deadLetters(sqs, env.deadLetterQueueUrl),
      isTrouble,
      log,
    }),
  };
}
