import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { awsCalls } from '../../shared/deployment/aws-calls.ts';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { queueClient } from '../../shared/runtime/queue-client.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { documentClient } from '../../shared/store/document-client.ts';

/** Takes every request and answers none. */
let silent: Server;
let address: string;

beforeAll(async () => {
  silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo; // listening on a port, so it has one
  address = `http://127.0.0.1:${port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', address);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

const SOON = awsCalls(50);

it.each([
  [
    'table',
    () => documentClient(SOON).send(new GetCommand({ TableName: 'incidents', Key: { pk: 'a', sk: 'b' } })),
  ],
  [
    'queue',
    () => queueClient(SOON).send(new SendMessageCommand({ QueueUrl: `${address}/queue`, MessageBody: 'x' })),
  ],
])('a %s that does not answer is asked four times, and is trouble that passes', async (_, call) => {
  const error = await call().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 4 } });
  expect(isTrouble(error)).toBe(true);
});

it.each(CHANNELS)('a sender by %s still has half of its time when a call was given up', (channel) => {
  const { maxAttempts, requestHandler } = awsCalls();
  expect(requestHandler.throwOnRequestTimeout).toBe(true);
  const halfMs = (CHANNEL_SIZING[channel].timeoutSeconds * 1_000) / 2;
  expect(maxAttempts * requestHandler.requestTimeout).toBeLessThanOrEqual(halfMs);
});
