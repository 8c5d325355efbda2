import type { InvocationResult } from '../functions/invocation.ts';

/**
 * Which messages of a batch failed: they stay in the queue and reappear when their visibility timeout ends; the
 * others are deleted.
 *
 * | what the function did                                            | failed         |
 * |------------------------------------------------------------------|----------------|
 * | threw, ran out of time, died                                     | the whole batch|
 * | returned, failures not reported (no `ReportBatchItemFailures`)   | none           |
 * | returned nothing, no list, `null` or an empty list               | none           |
 * | returned a list of message ids of the batch                      | exactly these  |
 * | returned an id that is empty, `null`, missing or not of the batch| the whole batch|
 *
 * Source: AWS Lambda developer guide, `services-sqs-errorhandling`, success and failure conditions.
 */
export function failedMessageIds(
  batch: readonly string[],
  result: InvocationResult,
  reportsFailures: boolean,
): ReadonlySet<string> {
  if (result.kind !== 'returned') return new Set(batch);
  if (!reportsFailures) return new Set();
  const failures = member(result.payload, 'batchItemFailures');
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return new Set(batch);
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = member(failure, 'itemIdentifier');
    if (typeof id !== 'string' || !batch.includes(id)) return new Set(batch);
    failed.add(id);
  }
  return failed;
}

function member(value: unknown, name: string): unknown {
  // Reading a property of any other value than null and undefined is safe.
  return value === null || value === undefined ? undefined : (value as Record<string, unknown>)[name];
}
