import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { WHOLE_SENDER } from '../../shared/fanout/deliver/breaker.ts';
import { type AnswerEventDependencies, answerEvent } from '../../shared/feedback/email/answer-event.ts';
import { answerMailEvents } from '../../shared/runtime/answer-mail-events.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { deadLetters } from '../../shared/runtime/doorbell-queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { addressReportStore } from '../../shared/store/address-reports.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { markStore } from '../../shared/store/marks.ts';
import { pauseStore } from '../../shared/store/pauses.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';

export function compose() {
  const env = readEnv((read) => ({
    subscribersTable: read(TABLE_ENV.subscribers),
    deliveriesTable: read(TABLE_ENV.deliveries),
    deadLetterQueueUrl: read(ENV.deadLetterQueueUrl),
  }));
  const clock = systemClock;
  const documents = documentClient();
  const pauses = pauseStore(documents, env.deliveriesTable);
  const deps: AnswerEventDependencies = {
    reports: addressReportStore(documents, env.subscribersTable),
    rows: subscriberRowStore(documents, env.subscribersTable),
    subscribers: subscriberStore(documents, env.subscribersTable),
    marks: markStore(documents, env.deliveriesTable, clock.newId),
    pause: {
      read: () => pauses.read('email', WHOLE_SENDER),
      swap: (seen, next, now) => pauses.swap('email', WHOLE_SENDER, seen, next, now),
    },
    clock,
  };
  return answerMailEvents({
    answer: (event) => answerEvent(deps, event),
    bury: deadLetters(queueClient(), env.deadLetterQueueUrl),
    isTrouble,
    log: consoleLog(clock.now),
  });
}
