import * as z from 'zod/mini';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { createSlackSender } from '../../shared/channels/slack/create-slack-sender.ts';
import { createSlackClients } from '../../shared/channels/slack/web-clients.ts';
import { ENV } from '../../shared/deployment/env.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { tablesFrom } from '../../shared/runtime/deployment-env.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { readSecret } from '../../shared/runtime/secrets.ts';
import type { documentClient } from '../../shared/store/document-client.ts';
import { threadRootStore } from '../../shared/store/thread-roots.ts';

const slackSecret = z.object({ tokens: z.record(z.string(), z.string()) });

export async function createSender(
  documents: ReturnType<typeof documentClient>,
): Promise<ChannelSender<'slack'>> {
  const env = readEnv((read) => ({
    tables: tablesFrom(read),
    slackUrl: read(ENV.slackUrl),
    secretArn: read(ENV.slackSecret),
  }));
  const { tokens } = await readSecret(env.secretArn, slackSecret);
  return createSlackSender({
    client: createSlackClients({ tokens, slackUrl: env.slackUrl }),
    roots: threadRootStore(documents, env.tables.deliveries),
    now: systemClock.now,
  });
}
