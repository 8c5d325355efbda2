import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { ChannelSender } from '../shared/channels/channel.ts';
import { CHANNEL_SIZING } from '../shared/deployment/channels.ts';
import { ENV, QUEUE_URL_ENV } from '../shared/deployment/env.ts';
import type { Channel } from '../shared/domain/channel.ts';
import { isPaced, rateSource } from '../shared/domain/pace.ts';
import { SUPERSEDE_AFTER } from '../shared/fanout/deliver/answer.ts';
import { answerAll, type DeliverDependencies } from '../shared/fanout/deliver/answer-all.ts';
import { createPacer, unpaced } from '../shared/fanout/deliver/pacer.ts';
import { answerMessages } from '../shared/runtime/answer-messages.ts';
import { systemClock } from '../shared/runtime/clock.ts';
import { deadlineOf } from '../shared/runtime/deadline.ts';
import { ratesFrom, tablesFrom } from '../shared/runtime/deployment-env.ts';
import { deadLetters, doorbellQueue } from '../shared/runtime/doorbell-queue.ts';
import { readEnv } from '../shared/runtime/env.ts';
import { consoleLog } from '../shared/runtime/log.ts';
import { queueClient } from '../shared/runtime/queue-client.ts';
import { isTrouble } from '../shared/runtime/trouble.ts';
import { documentClient } from '../shared/store/document-client.ts';
import { exceptionStore } from '../shared/store/exceptions.ts';
import { incidentReader } from '../shared/store/incident-reader.ts';
import { ledgerStore } from '../shared/store/ledger.ts';
import { paceStore } from '../shared/store/paces.ts';
import { pageStore } from '../shared/store/pages.ts';
import { pauseStore } from '../shared/store/pauses.ts';
import { subscriberStore } from '../shared/store/subscribers.ts';
import { updateStore } from '../shared/store/updates.ts';

/** What one channel's function adds to what all four share. */
export interface ChannelParts<C extends Channel> {
  readonly channel: C;
  /** Made once per cold start, with the function's one client of DynamoDB and its one client of SQS. */
  readonly createSender: (
    documents: ReturnType<typeof documentClient>,
    sqs: SQSClient,
  ) => Promise<ChannelSender<C>>;
}

/** The whole of a delivery function, composed once per cold start. */
export async function composeDelivery<C extends Channel>({ channel, createSender }: ChannelParts<C>) {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    rates: ratesFrom(read),
    queueUrl: read(QUEUE_URL_ENV[channel]),
    deadLetterQueueUrl: read(ENV.deadLetterQueueUrl),
  }));
  const documents = documentClient();
  const sqs = queueClient();
  const clock = systemClock;
  const sender = await createSender(documents, sqs);
  const { windowSize } = CHANNEL_SIZING[channel];
  const source = rateSource(channel, env.rates[channel]);
  const pacing = {
    paces: paceStore(documents, env.tables.deliveries),
    clock,
    wait: sleep,
    source,
    windowSize,
    ...(sender.askLimit && { askLimit: () => sender.askLimit?.() }),
  };
  const deps: DeliverDependencies = {
    channel,
    // A sender is only ever given recipients of its own channel: they are read from its own partitions.
    sender: sender as unknown as ChannelSender,
    sizing: CHANNEL_SIZING[channel],
    subscribers: subscriberStore(documents, env.tables.subscribers),
    pages: pageStore(documents, env.tables.incidents),
    incidents: incidentReader(documents, env.tables.incidents),
    updates: updateStore(documents, env.tables.incidents),
    ledger: ledgerStore(documents, env.tables.deliveries),
    exceptions: exceptionStore(documents, env.tables.deliveries),
    pauses: pauseStore(documents, env.tables.deliveries),
    clock,
    newId: clock.newId,
    pacer: isPaced(source) ? createPacer(channel, pacing) : unpaced(windowSize),
    supersedeAfterMs: SUPERSEDE_AFTER,
    isTrouble,
  };
  const answer = answerMessages({
    channel,
    answerAll: (doorbells, deadline) => answerAll(deps, doorbells, deadline),
    ring: doorbellQueue(sqs, { [channel]: env.queueUrl }).ring,
    bury: deadLetters(sqs, env.deadLetterQueueUrl),
    isTrouble,
    now: clock.now,
    log: consoleLog(clock.now),
  });
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    await sender.refresh?.();
    return answer(event, deadlineOf(context, clock.now()));
  };
}
