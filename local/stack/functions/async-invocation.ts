import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationResult } from './invocation.ts';
import type { DeployedFunction } from './read-functions.ts';

/** What becomes of an event whose function fails. */
export interface AsyncPolicy {
  /** Attempts after the first, 0 to 2. */
  readonly retries: number;
  /** Older events are not tried again. */
  readonly maximumAgeMs: number;
  /** ARN of the queue that gets a record of the failure (destination on failure). */
  readonly onFailureArn: string | undefined;
  /** ARN of the queue that gets the event itself (dead-letter queue of the function). */
  readonly deadLetterArn: string | undefined;
}

/** Lambda's waits before the second and the third attempt. */
export const RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000];

export interface AsyncDependencies {
  invoke(event: unknown, requestId: string): Promise<InvocationResult>;
  /** Puts a message into a queue of the stack. */
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  onLine(line: string): void;
  readonly retryDelaysMs: readonly number[];
  /** Aborted when the stack stops: no more attempts. */
  readonly signal: AbortSignal;
}

interface Attempts {
  readonly requestId: string;
  readonly event: unknown;
  readonly since: number;
  readonly first: InvocationResult;
}

/**
 * An asynchronous invocation as EventBridge makes it: tried again when the function fails, and when nothing helps
 * handed to the function's failure destination and dead-letter queue. An event without either is gone, as on AWS.
 * Resolves when the first attempt is over; the others follow by themselves.
 *
 * Source: AWS Lambda developer guide, `invocation-async-error-handling`, `invocation-async-retain-records`.
 */
export async function invokeAsync(
  fn: DeployedFunction,
  event: unknown,
  policy: AsyncPolicy,
  dependencies: AsyncDependencies,
): Promise<void> {
  const requestId = randomUUID();
  const since = Date.now();
  const first = await dependencies.invoke(event, requestId);
  retry(fn, { requestId, event, since, first }, policy, dependencies).catch((error: unknown) => {
    if (!dependencies.signal.aborted) dependencies.onLine(`${requestId} event lost: ${String(error)}`);
  });
}

async function retry(
  fn: DeployedFunction,
  { requestId, event, since, first }: Attempts,
  policy: AsyncPolicy,
  { invoke, send, retryDelaysMs, signal }: AsyncDependencies,
): Promise<void> {
  let result = first;
  for (let attempt = 1; result.kind !== 'returned' && !signal.aborted; attempt += 1) {
    const delayMs = retryDelaysMs[attempt - 1] ?? 0;
    const tooOld = Date.now() + delayMs - since > policy.maximumAgeMs;
    if (attempt <= policy.retries && !tooOld) {
      await sleep(delayMs, undefined, { signal });
      result = await invoke(event, requestId);
      continue;
    }
    if (policy.onFailureArn !== undefined) {
      const condition = tooOld ? 'EventAgeExceeded' : 'RetriesExhausted';
      const record = failureRecord(fn, requestId, event, result.error, attempt, condition);
      await send(policy.onFailureArn, JSON.stringify(record), {});
    }
    if (policy.deadLetterArn !== undefined) {
      await send(policy.deadLetterArn, JSON.stringify(event), {
        RequestID: requestId,
        ErrorCode: '200',
        ErrorMessage: result.error.errorMessage.slice(0, 1_024) || 'none',
      });
    }
    return;
  }
}

function failureRecord(
  fn: DeployedFunction,
  requestId: string,
  event: unknown,
  error: object,
  attempts: number,
  condition: 'EventAgeExceeded' | 'RetriesExhausted',
): object {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${fn.arn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: error,
  };
}
