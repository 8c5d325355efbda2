import { answerHttp } from '../../shared/api/answer-http.ts';
import { createTokenLookup } from '../../shared/channels/slack/token-lookup.ts';
import { createSlackClients } from '../../shared/channels/slack/web-clients.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { tablesFrom } from '../../shared/runtime/deployment-env.ts';
import { deadLetters } from '../../shared/runtime/doorbell-queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { createSealer } from '../../shared/runtime/sealer.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { slackWorkQueue } from '../../shared/runtime/slack-work-queue.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { answerWork } from '../../shared/slack-app/answer-work.ts';
import { slackApp } from '../../shared/slack-app/app.ts';
import { channelSubscriptions } from '../../shared/slack-app/channel-subscriptions.ts';
import { doWork } from '../../shared/slack-app/do-work.ts';
import { exchangeCode } from '../../shared/slack-app/exchange-code.ts';
import { redirectUri } from '../../shared/slack-app/install.ts';
import { respond } from '../../shared/slack-app/respond.ts';
import { sealWork, type Work } from '../../shared/slack-app/work.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { installationStore } from '../../shared/store/installations.ts';
import { markStore } from '../../shared/store/marks.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { openIncidents } from '../../shared/subscriptions/open-incidents.ts';
import { readSlackSecret } from './read-slack-secret.ts';

export async function compose() {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    publicUrl: read(ENV.publicUrl),
    slackUrl: read(ENV.slackUrl),
    workQueueUrl: read(ENV.slackWorkQueueUrl),
    deadLetterQueueUrl: read(ENV.deadLetterQueueUrl),
    slackArn: read(ENV.slackSecret),
    installationKeyArn: read(ENV.installationKeySecret),
    addressKeyArn: read(ENV.addressKeySecret),
  }));
  const { publicUrl, slackUrl } = env;
  const { now, newId } = systemClock;
  const [secret, { key: installationKey }, { key: addressKey }] = await Promise.all([
    readSlackSecret(env.slackArn, now),
    readSecret(env.installationKeyArn, keySecret),
    readSecret(env.addressKeyArn, keySecret),
  ]);
  const log = consoleLog(now);
  const sealer = createSealer([installationKey], newId);
  const documents = documentClient();
  const pages = pageStore(documents, env.tables.incidents);
  const subscribers = subscriberStore(documents, env.tables.subscribers);
  const rows = subscriberRowStore(documents, env.tables.subscribers);
  const installations = installationStore(documents, env.tables.incidents, sealer, newId);
  const marks = markStore(documents, env.tables.deliveries, newId);
  const activity = pageActivityStore(documents, env.tables.incidents, newId);
  const incidents = incidentStore(documents, env.tables.incidents, newId);
  const sqs = queueClient();
  const queue = slackWorkQueue(sqs, env.workQueueUrl);
  // Whoever has just installed the app asks next: what is known of an installation is of this second.
  const lookup = createTokenLookup({ installations, tokens: secret.tokens, now, reliedOnMs: 0 });

  const page = async (id: string) => (await pages.get(id))?.page;
  const hash = (address: Parameters<typeof addressHash>[1]) => addressHash(addressKey, address);
  const shared = {
    teams: {
      installedFor: async (team: string) => (await installations.get(team))?.pages,
      hasOperatorToken: (team: string) => Object.hasOwn(secret.tokens, team),
      page,
    },
    subscriptions: channelSubscriptions({
      subscribers,
      putIf: rows.putIf,
      countSubscriber: pages.countSubscriber,
      hash,
      now,
    }),
    openIncidents: (id: string) => openIncidents({ activity, incidents }, id),
  };
  const later = (work: Work) => queue(work.page, sealWork(sealer, newId(), work));
  const app = slackApp({
    settings: secret.settings,
    install: ({ clientId, clientSecret }) => ({
      page,
      save: installations.save,
      marks,
      exchange: (code) =>
        exchangeCode({ slackUrl, clientId, clientSecret, redirectUri: redirectUri(publicUrl) }, code),
      installed: (id) => log({ event: 'slack.installed', page: id }),
      stateKey: installationKey,
      clientId,
      publicUrl,
      slackUrl,
      now,
      newId,
    }),
    commands: { ...shared, later },
    events: {
      marks,
      markBroken: installations.markBroken,
      hash,
      pagesOf: async (h) => (await rows.refsOf(h)).map((ref) => ref.page),
      subscribers,
      reactivate: rows.reactivate,
      botUser: async (team) => (await installations.get(team))?.botUser,
      later,
      now,
    },
    publicUrl,
    now,
    log,
  });
  const work = {
    ...shared,
    client: createSlackClients({ tokenOf: lookup.tokenOf, slackUrl }),
    refused: lookup.refused,
    installerOf: async (team: string) => (await installations.get(team))?.installer,
  };
  return {
    answerHttp: answerHttp(app),
    answerWork: answerWork({
      sealer,
      marks,
      doWork: (one) => doWork(work, one),
      respond: (responseUrl, reply) => respond(responseUrl, reply, slackUrl),
      bury: deadLetters(sqs, env.deadLetterQueueUrl),
      isTrouble,
      now,
      log,
    }),
  };
}
