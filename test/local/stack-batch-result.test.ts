import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../local/stack/functions/invocation.ts';
import { failedMessageIds } from '../../local/stack/queues/batch-result.ts';

const BATCH = ['a', 'b', 'c'];
const returned = (payload: unknown): InvocationResult => ({ kind: 'returned', payload });
const failures = (...ids: unknown[]) =>
  returned({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const error = { errorType: 'E', errorMessage: 'm' };

describe('failedMessageIds', () => {
  it.each<[string, InvocationResult, readonly string[]]>([
    ['nothing returned', returned(undefined), []],
    ['null', returned(null), []],
    ['an empty object', returned({}), []],
    ['text', returned('ok'), []],
    ['no list', returned({ batchItemFailures: null }), []],
    ['an empty list', failures(), []],
    ['one id', failures('b'), ['b']],
    ['all ids', failures('a', 'b', 'c'), BATCH],
    ['the same id twice', failures('a', 'a'), ['a']],
    ['an unknown id', failures('a', 'x'), BATCH],
    ['an empty id', failures('a', ''), BATCH],
    ['a null id', failures(null), BATCH],
    ['a wrong key', returned({ batchItemFailures: [{ id: 'a' }] }), BATCH],
    ['no object', returned({ batchItemFailures: [null] }), BATCH],
    ['no list but text', returned({ batchItemFailures: 'a' }), BATCH],
    ['an exception', { kind: 'threw', error }, BATCH],
    ['a timeout', { kind: 'timedOut', error }, BATCH],
    ['a crash', { kind: 'exited', error }, BATCH],
  ])('%s', (_what, result, expected) => {
    expect([...failedMessageIds(BATCH, result, true)]).toStrictEqual(expected);
  });

  it('fails exactly the ids named, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 10 }),
        fc.infiniteStream(fc.boolean()),
        (ids, coin) => {
          const failed = ids.filter(() => coin.next().value);
          expect(failedMessageIds(ids, failures(...failed), true)).toStrictEqual(new Set(failed));
        },
      ),
    );
  });

  it('takes every return for success when failures are not reported', () => {
    expect(failedMessageIds(BATCH, failures('a'), false)).toStrictEqual(new Set());
    expect(failedMessageIds(BATCH, { kind: 'threw', error }, false)).toStrictEqual(new Set(BATCH));
  });
});
