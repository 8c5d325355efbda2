import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createSlackSender } from '../../shared/channels/slack/create-slack-sender.ts';
import { createTokenLookup } from '../../shared/channels/slack/token-lookup.ts';
import { createWaits } from '../../shared/channels/slack/waits.ts';
import { createSlackClients } from '../../shared/channels/slack/web-clients.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { tablesFrom } from '../../shared/runtime/deployment-env.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { createSealer } from '../../shared/runtime/sealer.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import { slackWorkQueue } from '../../shared/runtime/slack-work-queue.ts';
import { sealWork } from '../../shared/slack-app/work.ts';
import type { documentClient } from '../../shared/store/document-client.ts';
import { installationStore } from '../../shared/store/installations.ts';
import { pauseStore } from '../../shared/store/pauses.ts';
import { threadRootStore } from '../../shared/store/thread-roots.ts';

const slackSecret = z.object({ tokens: z.optional(z.record(z.string(), z.string())) });

export async function createSender(
  documents: ReturnType<typeof documentClient>,
  sqs: SQSClient,
): Promise<ChannelSender<'slack'>> {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    slackUrl: read(ENV.slackUrl),
    secretArn: read(ENV.slackSecret),
    installationKeyArn: read(ENV.installationKeySecret),
    workQueueUrl: read(ENV.slackWorkQueueUrl),
  }));
  const [{ tokens = {} }, { key }] = await Promise.all([
    readSecret(env.secretArn, slackSecret),
    readSecret(env.installationKeyArn, keySecret),
  ]);
  const { now, random, newId } = systemClock;
  const sealer = createSealer([key], newId);
  const lookup = createTokenLookup({
    installations: installationStore(documents, env.tables.incidents, sealer, newId),
    tokens,
    now,
  });
  const queue = slackWorkQueue(sqs, env.workQueueUrl);
  return createSlackSender({
    client: createSlackClients({ tokenOf: lookup.tokenOf, slackUrl: env.slackUrl }),
    refused: lookup.refused,
    roots: threadRootStore(documents, env.tables.deliveries),
    waits: createWaits({ store: pauseStore(documents, env.tables.deliveries), now, random, newId }),
    lost: ({ page, address: { team, conversation } }, cause) =>
      queue(page, sealWork(sealer, newId(), { kind: 'lost', team, conversation, page, cause })),
    now,
  });
}
