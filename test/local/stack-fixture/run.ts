import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ADMIN } from '../../../local/stack/aws-client.ts';
import { type RunningStack, type StackOptions, startStack } from '../../../local/stack/start-stack.ts';
import { type Resources, writeTemplate } from './template.ts';

export interface Fixture {
  readonly stack: RunningStack;
  /** JSON lines that the function wrote. */
  logged<T>(functionId: string): readonly T[];
  /** Lines that are not JSON: notes of the stack. */
  notes(functionId: string): readonly string[];
  queueUrl(logicalId: string): string;
  depth(logicalId: string): { ready: number; inFlight: number; delayed: number };
  send(logicalId: string, ...bodies: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}

/** Runs a stack of these resources, and keeps what its functions say. */
export async function runFixture(
  resources: Resources,
  options: Partial<StackOptions> = {},
): Promise<Fixture> {
  const template = writeTemplate(resources);
  const lines: { readonly function: string; readonly line: string }[] = [];
  const stack = await startStack({
    template,
    endpoints: { ses: 'http://127.0.0.1:1' },
    environment: {},
    secrets: {},
    onLog: (line) => lines.push(line),
    ...options,
  });
  const sqs = new SQSClient({
    endpoint: stack.endpoints.sqs,
    region: 'us-east-1',
    credentials: ADMIN,
  });
  const queueUrl = (logicalId: string) => `${stack.endpoints.sqs}/000000000000/Fixture-${logicalId}`;
  const linesOf = (functionId: string, json: boolean) =>
    lines.filter((line) => line.function === functionId && line.line.startsWith('{') === json);
  return {
    stack,
    // The fixtures' handlers write nothing else.
    logged: <T>(functionId: string) => linesOf(functionId, true).map(({ line }) => JSON.parse(line) as T),
    notes: (functionId) => linesOf(functionId, false).map(({ line }) => line),
    queueUrl,
    depth(logicalId) {
      const found = stack.queues().find(({ name }) => name === `Fixture-${logicalId}`);
      if (found === undefined) throw new Error(`no queue ${logicalId}`);
      const { ready, inFlight, delayed } = found;
      return { ready, inFlight, delayed };
    },
    async send(logicalId, ...bodies) {
      for (let from = 0; from < bodies.length; from += 10) {
        const Entries = bodies
          .slice(from, from + 10)
          .map((body, index) => ({ Id: String(index), MessageBody: JSON.stringify(body) }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl(logicalId), Entries }));
      }
    },
    async stop() {
      sqs.destroy();
      await stack.stop();
      rmSync(dirname(template), { recursive: true });
    },
  };
}
