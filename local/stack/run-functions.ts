import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type AsyncPolicy, invokeAsync } from './functions/async-invocation.ts';
import { checkOverrides, environmentOf, type ServiceEndpoints } from './functions/environment.ts';
import { FunctionPool, type FunctionStatistics } from './functions/function-pool.ts';
import type { InvocationResult } from './functions/invocation.ts';
import type { DeployedFunction } from './functions/read-functions.ts';
import type { QueueShape } from './queues/read-queues.ts';

export interface FunctionSettings {
  readonly functions: readonly DeployedFunction[];
  readonly endpoints: ServiceEndpoints;
  readonly overrides: Readonly<Record<string, string>>;
  readonly processesPerFunction: number;
  readonly policies: ReadonlyMap<string, AsyncPolicy>;
  readonly retryDelaysMs: readonly number[];
  readonly queues: readonly QueueShape[];
  readonly sqs: SQSClient;
  readonly onLog: ((line: { readonly function: string; readonly line: string }) => void) | undefined;
  readonly signal: AbortSignal;
}

/** All functions of the stack: what Lambda is to the other services. */
export interface Functions {
  /** Runs a function and waits for its answer. Never rejects. */
  invoke(fn: DeployedFunction, event: unknown): Promise<InvocationResult>;
  /** Hands over an event; retries and failure destinations follow. Resolves when the first attempt is over. */
  invokeAsync(fn: DeployedFunction, event: unknown): Promise<void>;
  /** Invocations of a function that can run at once. */
  concurrency(fn: DeployedFunction): number;
  statistics(): Readonly<Record<string, FunctionStatistics>>;
  processes(): readonly { readonly function: string; readonly pid: number }[];
  stop(): Promise<void>;
}

/** Prepares a pool of processes for each function; none is started before its first invocation. */
export function runFunctions(settings: FunctionSettings): Functions {
  checkOverrides(settings.functions, settings.overrides);
  const pools = new Map(settings.functions.map((fn) => [fn.logicalId, poolOf(fn, settings)]));

  function poolFor({ logicalId }: DeployedFunction): FunctionPool {
    const pool = pools.get(logicalId);
    if (pool === undefined) throw new Error(`Expected a function of this stack, got ${logicalId}`);
    return pool;
  }

  async function send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>) {
    const queue = settings.queues.find(({ arn }) => arn === queueArn);
    if (queue === undefined) throw new Error(`Expected a queue of this stack, got ${queueArn}`);
    await settings.sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      }),
    );
  }

  return {
    invoke: (fn, event) => poolFor(fn).invoke(event),
    async invokeAsync(fn, event) {
      const policy = settings.policies.get(fn.logicalId);
      if (policy === undefined) throw new Error(`Expected an asynchronous policy for ${fn.logicalId}`);
      await invokeAsync(fn, event, policy, {
        invoke: (payload, requestId) => poolFor(fn).invoke(payload, requestId),
        send,
        onLine: (line) => settings.onLog?.({ function: fn.logicalId, line }),
        retryDelaysMs: settings.retryDelaysMs,
        signal: settings.signal,
      });
    },
    concurrency: (fn) => poolFor(fn).limit,
    statistics: () =>
      Object.fromEntries(Array.from(pools, ([logicalId, pool]) => [logicalId, pool.statistics()])),
    processes: () =>
      Array.from(pools, ([logicalId, pool]) =>
        pool.pids().map((pid) => ({ function: logicalId, pid })),
      ).flat(),
    async stop() {
      await Promise.all(Array.from(pools.values(), (pool) => pool.stop()));
    },
  };
}

function poolOf(
  fn: DeployedFunction,
  { endpoints, overrides, processesPerFunction, onLog }: FunctionSettings,
): FunctionPool {
  return new FunctionPool(
    {
      function: fn,
      environment: environmentOf(fn, endpoints, overrides),
      ...(onLog === undefined ? {} : { onLine: (line: string) => onLog({ function: fn.logicalId, line }) }),
    },
    Math.min(processesPerFunction, fn.reservedConcurrency ?? processesPerFunction),
  );
}
