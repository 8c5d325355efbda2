import * as z from 'zod/mini';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createSlackSender } from '../../shared/channels/slack/create-slack-sender.ts';
import { createTokenLookup } from '../../shared/channels/slack/token-lookup.ts';
import { createSlackClients } from '../../shared/channels/slack/web-clients.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { tablesFrom } from '../../shared/runtime/deployment-env.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { createSealer } from '../../shared/runtime/sealer.ts';
import { keySecret, readSecret } from '../../shared/runtime/secrets.ts';
import type { documentClient } from '../../shared/store/document-client.ts';
import { installationStore } from '../../shared/store/installations.ts';
import { threadRootStore } from '../../shared/store/thread-roots.ts';

const slackSecret = z.object({ tokens: z.optional(z.record(z.string(), z.string())) });

export async function createSender(
  documents: ReturnType<typeof documentClient>,
): Promise<ChannelSender<'slack'>> {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    slackUrl: read(ENV.slackUrl),
    secretArn: read(ENV.slackSecret),
    installationKeyArn: read(ENV.installationKeySecret),
  }));
  const [{ tokens = {} }, { key }] = await Promise.all([
    readSecret(env.secretArn, slackSecret),
    readSecret(env.installationKeyArn, keySecret),
  ]);
  const { now, newId } = systemClock;
  const sealer = createSealer([key], newId);
  const lookup = createTokenLookup({
    installations: installationStore(documents, env.tables.incidents, sealer, newId),
    tokens,
    now,
  });
  return createSlackSender({
    client: createSlackClients({ tokenOf: lookup.tokenOf, slackUrl: env.slackUrl }),
    refused: lookup.refused,
    roots: threadRootStore(documents, env.tables.deliveries),
    now,
  });
}
