import { describe, expect, test } from 'vitest';
import { classifyEntry, classifyRequest } from '../../../shared/channels/email/classify.ts';

const short = (outcome: object) =>
  Object.entries(outcome)
    .filter(([name]) => name !== 'cause')
    .map(([, value]) => value)
    .join(' ');

describe('a failed request', () => {
  const exception = (name: string, message = '', status = 400) =>
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
  const socket = (code: string, name = 'Error') =>
    Object.assign(new Error('x'), { code, name, $metadata: {} });

  test.each([
    [exception('TooManyRequestsException', 'Maximum sending rate exceeded.', 429), 'backoff sender 1000'],
    [exception('ThrottlingException', 'Rate exceeded', 429), 'backoff sender 1000'],
    [exception('TooManyRequestsException', 'Daily message quota exceeded.', 429), 'halt 600000'],
    [exception('LimitExceededException'), 'halt 600000'],
    [exception('InternalServiceErrorException', '', 500), 'inDoubt'],
    [exception('AccountSuspendedException'), 'halt 300000'],
    [exception('SendingPausedException'), 'halt 300000'],
    [exception('MailFromDomainNotVerifiedException'), 'halt 300000'],
    [exception('NotFoundException', '', 404), 'halt 300000'],
    [exception('AccessDeniedException', '', 403), 'halt 300000'],
    [exception('AccessDenied', '', 403), 'halt 300000'],
    [exception('UnrecognizedClientException', '', 403), 'halt 300000'],
    [exception('MessageRejected', 'virus'), 'drop'],
    [exception('BadRequestException'), 'drop'],
    [exception('ConcurrentModificationException', '', 500), 'retry'],
    [exception('ConflictException', '', 409), 'retry'],
    [exception('SomethingNew', '', 418), 'retry'],
    [exception('SomethingNew', '', 503), 'inDoubt'],
    [socket('ENOTFOUND'), 'backoff sender 1000'],
    [socket('EAI_AGAIN'), 'backoff sender 1000'],
    [socket('ECONNREFUSED'), 'backoff sender 1000'],
    [socket('EHOSTUNREACH'), 'backoff sender 1000'],
    [socket('ENETUNREACH'), 'backoff sender 1000'],
    [socket('CERT_HAS_EXPIRED'), 'backoff sender 1000'],
    [socket('ECONNRESET'), 'inDoubt'],
    [socket('EPIPE'), 'inDoubt'],
    [socket('ETIMEDOUT', 'TimeoutError'), 'inDoubt'],
    [Object.assign(new Error('aborted'), { name: 'AbortError' }), 'inDoubt'],
    ['not an error', 'inDoubt'],
  ])('%s is %s', (error, outcome) => expect(short(classifyRequest(error))).toBe(outcome));

  test('an unverified address in the sandbox is told as such', () => {
    const error = exception('MessageRejected', 'Email address is not verified. The following: a@b.example');
    expect(classifyRequest(error)).toEqual({ kind: 'drop', cause: 'email.sandbox_unverified' });
  });
});

describe('an entry', () => {
  test.each([
    ['SUCCESS', 'sent m-1'],
    ['Success', 'sent m-1'],
    ['TRANSIENT_FAILURE', 'retry'],
    ['FAILED', 'retry'],
    ['ACCOUNT_THROTTLED', 'backoff sender 1000'],
    ['ACCOUNT_DAILY_QUOTA_EXCEEDED', 'halt 600000'],
    ['ACCOUNT_SUSPENDED', 'halt 300000'],
    ['ACCOUNT_SENDING_PAUSED', 'halt 300000'],
    ['CONFIGURATION_SET_SENDING_PAUSED', 'halt 300000'],
    ['MAIL_FROM_DOMAIN_NOT_VERIFIED', 'halt 300000'],
    ['CONFIGURATION_SET_NOT_FOUND', 'halt 300000'],
    ['CONFIGURATION_SET_DOES_NOT_EXIST', 'halt 300000'],
    ['TEMPLATE_NOT_FOUND', 'halt 300000'],
    ['TEMPLATE_DOES_NOT_EXIST', 'halt 300000'],
    ['INVALID_SENDING_POOL_NAME', 'halt 300000'],
    ['INVALID_PARAMETER', 'quarantine recipient'],
    ['MESSAGE_REJECTED', 'drop'],
    ['SOMETHING_NEW', 'retry'],
    [undefined, 'retry'],
  ])('%s is %s', (Status, outcome) => {
    expect(short(classifyEntry({ Status, MessageId: 'm-1' }))).toBe(outcome);
  });
});
