import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { isTrouble } from '../../shared/runtime/trouble.ts';

const aws = (name: string, status: number) =>
  new DynamoDBServiceException({
    name,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status },
  });
const network = (code: string) => Object.assign(new Error('network'), { code });
const named = (name: string) => Object.assign(new Error(name), { name });

const TROUBLE: readonly (readonly [string, unknown])[] = [
  ['a server error', aws('InternalServerError', 500)],
  ['a service that is away', aws('ServiceUnavailable', 503)],
  ['throttling by its status', aws('SlowDown', 429)],
  ['throttling of a table', aws('ProvisionedThroughputExceededException', 400)],
  ['throttling of an account', aws('ThrottlingException', 400)],
  ['throttling of SQS', aws('RequestThrottled', 403)],
  ['a limit of requests', aws('RequestLimitExceeded', 400)],
  ['a give-up without an answer', Object.assign(new Error('gave up'), { $metadata: { attempts: 4 } })],
  ['what its sender calls retryable', Object.assign(new Error('x'), { $retryable: { throttling: true } })],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].map(
    (code) => [`a network that says ${code}`, network(code)] as const,
  ),
  ['a timeout', named('TimeoutError')],
  ['an abort', named('AbortError')],
];

const BUGS: readonly (readonly [string, unknown])[] = [
  ['a request that AWS refuses', aws('ValidationException', 400)],
  ['a right that is missing', aws('AccessDeniedException', 400)],
  ['a table that is missing', aws('ResourceNotFoundException', 400)],
  ['a condition that nobody caught', aws('ConditionalCheckFailedException', 400)],
  ['a TypeError', new TypeError('x is undefined')],
  ['a plain Error', new Error('Expected a, got b')],
  ['a file that is missing', network('ENOENT')],
  ['text', 'ECONNREFUSED'],
  ['nothing', undefined],
  ['a look-alike that is no Error', { code: 'ECONNREFUSED', $retryable: {} }],
];

it.each(TROUBLE)('trouble, which passes, is %s', (_, error) => {
  expect(isTrouble(error)).toBe(true);
});

it.each(BUGS)('a bug, which does not, is %s', (_, error) => {
  expect(isTrouble(error)).toBe(false);
});
