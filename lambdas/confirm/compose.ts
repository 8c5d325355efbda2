import { setTimeout as pause } from 'node:timers/promises';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { CONFIRMATION_SIZING } from '../../shared/deployment/channels.ts';
import { ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import { rateSource } from '../../shared/domain/pace.ts';
import { deliveryId } from '../../shared/fanout/delivery-id.ts';
import { createErrandPacer } from '../../shared/fanout/errand-pacer.ts';
import { answerConfirmations } from '../../shared/runtime/answer-confirmations.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { confirmationQueue } from '../../shared/runtime/confirmation-queue.ts';
import { deadlineOf } from '../../shared/runtime/deadline.ts';
import { ratesFrom } from '../../shared/runtime/deployment-env.ts';
import { deadLetters } from '../../shared/runtime/doorbell-queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { heldLinkKeys } from '../../shared/runtime/secrets.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { codeTallyStore } from '../../shared/store/code-tallies.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { incidentReader } from '../../shared/store/incident-reader.ts';
import { paceStore } from '../../shared/store/paces.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { signUpStore } from '../../shared/store/sign-ups.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';
import { type AnswerRequestDependencies, answerRequest } from '../../shared/subscriptions/answer-request.ts';
import { heldLinks } from '../../shared/subscriptions/held-links.ts';
import type { Messengers } from '../../shared/subscriptions/messengers.ts';
import { numberGuard } from '../../shared/subscriptions/number-guard.ts';
import { composeEmail } from './email.ts';
import { composeSms } from './sms.ts';
import { composeWebhook } from './webhook.ts';

export async function compose() {
  const env = readEnv((read) => ({
    subscribersTable: read(TABLE_ENV.subscribers),
    incidentsTable: read(TABLE_ENV.incidents),
    deliveriesTable: read(TABLE_ENV.deliveries),
    rates: ratesFrom(read),
    queueUrl: read(ENV.confirmationQueueUrl),
    deadLetterQueueUrl: read(ENV.deadLetterQueueUrl),
    publicUrl: read(ENV.publicUrl),
    linkKeyArn: read(ENV.linkKeySecret),
  }));
  const clock = systemClock;
  const linkKeys = await heldLinkKeys(env.linkKeyArn, clock.now);
  const { links, refresh } = await heldLinks(env.publicUrl, linkKeys);
  const email = composeEmail(links);
  const documents = documentClient();
  const [sms, webhook] = await Promise.all([composeSms(documents), composeWebhook(documents, links)]);

  const sqs = queueClient();
  const { ring } = confirmationQueue(sqs, env.queueUrl);
  const deps: AnswerRequestDependencies = {
    subscribers: subscriberStore(documents, env.subscribersTable),
    signUps: signUpStore(documents, env.subscribersTable),
    pages: pageStore(documents, env.incidentsTable),
    incidents: incidentReader(documents, env.incidentsTable),
    updates: updateStore(documents, env.incidentsTable),
    activity: pageActivityStore(documents, env.incidentsTable, clock.newId),
    messengers: {
      mail: email.mail,
      unsuppress: email.unsuppress,
      text: sms.text,
      challenge: webhook.asker.ask,
      invites: webhook.asker.invites,
      invite: webhook.asker.invite,
      ping: webhook.ping,
      tell: tellBy({ email: email.sender, sms: sms.sender, webhook: webhook.sender }),
    },
    numbers: numberGuard({ tallies: codeTallyStore(documents, env.deliveriesTable) }),
    ring,
    clock,
    publicUrl: env.publicUrl,
  };
  const answer = answerConfirmations({
    answer: (request) => answerRequest(deps, request),
    turn: createErrandPacer({
      paces: paceStore(documents, env.deliveriesTable),
      clock,
      sourceOf: (channel) => rateSource(channel, env.rates[channel]),
    }),
    ring,
    bury: deadLetters(sqs, env.deadLetterQueueUrl),
    isTrouble,
    pause,
    spacingMs: CONFIRMATION_SIZING.spacingMs,
    callTimeoutMs: CONFIRMATION_SIZING.callTimeoutMs,
    now: clock.now,
    log: consoleLog(clock.now),
  });
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    await refresh();
    return answer(event, deadlineOf(context, clock.now()));
  };
}

function tellBy(
  senders: { readonly [C in Exclude<Channel, 'slack'>]: ChannelSender<C> },
): Messengers['tell'] {
  return async (announcement, recipient) => {
    const { page, channel, h } = recipient;
    if (channel === 'slack') return { kind: 'drop', cause: 'slack.managed_in_slack' };
    const sender = senders[channel] as unknown as ChannelSender; // of the recipient's own channel
    const id = deliveryId(page, announcement.update.id, channel, h);
    const [outcome] = await sender.send(announcement, [{ id, recipient, attempt: 1 }]);
    return outcome ?? { kind: 'inDoubt', cause: `${channel}.noOutcome` };
  };
}
