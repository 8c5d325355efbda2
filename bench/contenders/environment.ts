import { devNull } from 'node:os';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import { ENV, QUEUE_URL_ENV, TABLE_ENV } from '../../shared/deployment/env.ts';
import { TABLES } from '../../shared/deployment/tables.ts';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import type { EngineUrls } from '../engines/messages.ts';

export interface EnvironmentFacts {
  readonly urls: EngineUrls;
  readonly channel: Channel;
  readonly queueUrl: string;
  readonly bundles: string;
  /** Recipients per second that the product is told its provider takes; absent: as fast as it can. */
  readonly perSecond?: number;
  readonly postgresUrl?: string;
  readonly jobExpiresSeconds: number;
}

/** What a contender's process finds in its environment: what the stack tells the functions, and where the engines are. */
export function environmentOf(facts: EnvironmentFacts): Record<string, string> {
  const { urls, channel, queueUrl, perSecond } = facts;
  return {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(CHANNEL_SIZING[channel].memoryMb),
    AWS_ENDPOINT_URL_DYNAMODB: urls.tables,
    AWS_ENDPOINT_URL_SQS: urls.queues,
    AWS_ENDPOINT_URL_SESV2: urls.sink,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: urls.sink,

    ...Object.fromEntries(
      Object.entries(TABLE_ENV).map(([table, name]) => [
        name,
        TABLES[table as keyof typeof TABLES].logicalId,
      ]),
    ),
    ...Object.fromEntries(CHANNELS.map((one) => [QUEUE_URL_ENV[one], queueUrl])),
    ...Object.fromEntries(Object.values(SECRET_ENV).map((name) => [name, `arn:${name}`])),
    [ENV.deadLetterQueueUrl]: queueUrl,
    [ENV.publicUrl]: 'https://status.example.com',
    [ENV.channels]: JSON.stringify([channel]),
    [ENV.rates]: JSON.stringify(perSecond === undefined ? {} : { [channel]: perSecond }),
    [ENV.emailFrom]: 'Batch Status <status@example.com>',
    [ENV.emailConfigurationSet]: 'bench',
    [ENV.emailLetterConfigurationSet]: 'bench',
    [ENV.slackWorkQueueUrl]: queueUrl,
    [ENV.confirmationQueueUrl]: queueUrl,
    [ENV.smsCountries]: '[]',
    [ENV.smsDailyBudget]: '1',
    [ENV.smsDailyBudgetOfPage]: '1',
    [ENV.smsMaxSegments]: '4',
    [ENV.emailPostalAddress]: 'Example Street 1',
    [ENV.emailOnDoubt]: 'resend',
    [ENV.twilioUrl]: urls.sink,
    [ENV.slackUrl]: `${urls.sink}/api/`,
    [ENV.webhookPrivateTargets]: 'allow',

    QUEUE_URL: queueUrl,
    BENCH_CHANNEL: channel,
    BENCH_BUNDLES: facts.bundles,
    JOB_EXPIRES_SECONDS: String(facts.jobExpiresSeconds),
    ...(facts.postgresUrl && { POSTGRES_URL: facts.postgresUrl }),
    POWERTOOLS_SERVICE_NAME: 'bench',
  };
}

/** The variables that name a secret. */
const SECRET_ENV = Object.fromEntries(Object.entries(ENV).filter(([key]) => key.endsWith('Secret')));
