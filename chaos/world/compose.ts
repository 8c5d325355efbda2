import type { SQSEvent } from 'aws-lambda';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import { TABLES } from '../../shared/deployment/tables.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { Instant } from '../../shared/domain/time.ts';
import { SUPERSEDE_AFTER } from '../../shared/fanout/deliver/answer.ts';
import { answerAll } from '../../shared/fanout/deliver/answer-all.ts';
import type { Pacer } from '../../shared/fanout/deliver/pacer.ts';
import { type AnswerMessagesDependencies, answerMessages } from '../../shared/runtime/answer-messages.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { exceptionStore } from '../../shared/store/exceptions.ts';
import { incidentLists } from '../../shared/store/incident-lists.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { ledgerStore } from '../../shared/store/ledger.ts';
import { paceStore } from '../../shared/store/paces.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { type PauseStore, pauseStore } from '../../shared/store/pauses.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';

export type Stores = ReturnType<typeof storesOver>;

/** All stores of the fan-out over one client. */
export function storesOver(client: DocumentClient, newId: () => string) {
  const subscribers = TABLES.subscribers.logicalId;
  const incidents = TABLES.incidents.logicalId;
  const deliveries = TABLES.deliveries.logicalId;
  return {
    subscribers: subscriberStore(client, subscribers),
    pages: pageStore(client, incidents),
    incidents: { ...incidentStore(client, incidents, newId), ...incidentLists(client, incidents) },
    updates: updateStore(client, incidents),
    activity: pageActivityStore(client, incidents, newId),
    ledger: ledgerStore(client, deliveries),
    exceptions: exceptionStore(client, deliveries),
    pauses: pauseStore(client, deliveries),
    paces: paceStore(client, deliveries),
  };
}

export interface DeliveryParts extends Pick<AnswerMessagesDependencies, 'ring' | 'bury' | 'log' | 'own'> {
  readonly channel: Channel;
  readonly stores: Omit<Stores, 'pauses' | 'paces' | 'activity'> & {
    readonly pauses: Pick<PauseStore, 'read' | 'swap' | 'clear'>;
  };
  readonly sender: ChannelSender;
  readonly pacer: Pacer;
  readonly windowSize: number;
  readonly clock: Clock;
}

/** A channel's function, composed as its lambda does it: handles a batch of messages and returns the ids of those that failed. */
export function deliveryOf({
  channel,
  stores,
  sender,
  pacer,
  windowSize,
  clock,
  ...messages
}: DeliveryParts) {
  const handle = answerMessages({
    ...messages,
    channel,
    answerAll: (doorbells, deadline) =>
      answerAll(
        {
          ...stores,
          channel,
          sender,
          pacer,
          clock,
          sizing: { ...CHANNEL_SIZING[channel], windowSize },
          newId: clock.newId,
          supersedeAfterMs: SUPERSEDE_AFTER,
          isTrouble,
        },
        doorbells,
        deadline,
      ),
    isTrouble,
    now: clock.now,
  });
  return async (
    batch: readonly { readonly id: string; readonly body: string; readonly receives: number }[],
    deadline: Instant,
  ): Promise<ReadonlySet<string>> => {
    const event = {
      Records: batch.map(({ id, body, receives }) => ({
        messageId: id,
        body,
        attributes: { ApproximateReceiveCount: String(receives) },
      })),
    } as unknown as SQSEvent; // all it reads
    const { batchItemFailures } = await handle(event, deadline);
    return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  };
}
