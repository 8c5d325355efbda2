import type { Outcome } from '../../domain/outcome.ts';
import { MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import { socketCode, surelyNotSent } from '../socket-errors.ts';

/** How long the channel waits before it looks whether the operator has mended the account. */
const ACCOUNT_CHECK: Millis = 5 * MINUTE;
/** The daily quota is a sliding window: some of it comes free all the time. */
const QUOTA_CHECK: Millis = 10 * MINUTE;

const halt = (reason: string, afterMs = ACCOUNT_CHECK): Outcome => ({
  kind: 'halt',
  cause: `email.${reason}`,
  afterMs,
});
const throttled = (reason: string): Outcome => ({
  kind: 'backoff',
  cause: `email.${reason}`,
  scope: 'sender',
  afterMs: SECOND,
});

/**
 * What SES said of one entry of a SendBulkEmail. Statuses are compared without case and underscores, because the API model and
 * AWS's pages spell them differently; one that nobody knows is taken as transient. (Source: SES API v2 reference, `BulkEmailEntryResult`.)
 */
export function classifyEntry(entry: {
  Status?: string | undefined;
  MessageId?: string | undefined;
}): Outcome {
  const status = (entry.Status ?? '').toUpperCase();
  switch (status.replaceAll('_', '')) {
    case 'SUCCESS':
      // Accepted without an id is still accepted: to doubt it would send it again.
      return { kind: 'sent', providerId: entry.MessageId ?? 'unknown' };
    case 'ACCOUNTTHROTTLED':
      return throttled(status);
    case 'ACCOUNTDAILYQUOTAEXCEEDED':
      return halt(status, QUOTA_CHECK);
    case 'ACCOUNTSUSPENDED':
    case 'ACCOUNTSENDINGPAUSED':
    case 'CONFIGURATIONSETSENDINGPAUSED':
    case 'MAILFROMDOMAINNOTVERIFIED':
    case 'CONFIGURATIONSETNOTFOUND':
    case 'CONFIGURATIONSETDOESNOTEXIST':
    case 'TEMPLATENOTFOUND':
    case 'TEMPLATEDOESNOTEXIST':
    case 'INVALIDSENDINGPOOLNAME':
      return halt(status);
    case 'INVALIDPARAMETER':
    case 'INVALIDPARAMETERVALUE':
      return { kind: 'quarantine', cause: 'email.invalid_address', scope: 'recipient' };
    case 'MESSAGEREJECTED':
      return { kind: 'drop', cause: `email.${status}` };
    default:
      return { kind: 'retry', cause: `email.${knownName(status)}` };
  }
}

/**
 * What a failed SendBulkEmail means for every entry of it. `BadRequestException` is `drop`: whoever calls with more than one
 * entry must first find the entry that it is about. (Source: SES API v2 reference, `SendBulkEmail`, errors.)
 */
export function classifyRequest(error: unknown): Outcome {
  const { name, message, status } = partsOf(error);
  switch (name) {
    case 'TooManyRequestsException':
    case 'ThrottlingException':
    case 'Throttling':
    case 'LimitExceededException':
      // SES gives the daily quota no name of its own: its message is all there is to tell it from the rate.
      return /daily/i.test(message) || name === 'LimitExceededException'
        ? halt('daily_quota', QUOTA_CHECK)
        : throttled(name);
    case 'AccountSuspendedException':
    case 'SendingPausedException':
    case 'MailFromDomainNotVerifiedException':
    case 'NotFoundException':
    case 'AccessDeniedException':
    case 'AccessDenied':
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
    case 'OptInRequired':
      return halt(name);
    case 'ExpiredTokenException':
    case 'ExpiredToken':
    case 'RequestExpired':
    case 'CredentialsProviderError':
      // Credentials of the function are renewed from outside: soon it works again.
      return throttled(name);
    case 'MessageRejected':
      return {
        kind: 'drop',
        cause: /not verified/i.test(message) ? 'email.sandbox_unverified' : 'email.MessageRejected',
      };
    case 'BadRequestException':
    case 'ValidationException':
      return { kind: 'drop', cause: `email.${name}` };
    case 'ConcurrentModificationException':
    case 'ConflictException':
      return { kind: 'retry', cause: `email.${name}` };
    default:
      if (surelyNotSent(error)) return throttled(socketCode(error) ?? 'unreachable');
      if (status === 429) return throttled('429');
      if (status !== undefined && status >= 400 && status < 500)
        return { kind: 'retry', cause: `email.${status}` };
      return { kind: 'inDoubt', cause: `email.${socketCode(error) ?? knownName(name)}` };
  }
}

/** Whether the request itself was refused as malformed: surely nobody was sent anything. */
export function isBadRequest(error: unknown): boolean {
  const { name } = partsOf(error);
  return name === 'BadRequestException' || name === 'ValidationException';
}

function partsOf(error: unknown): { name: string; message: string; status: number | undefined } {
  if (!(error instanceof Error)) return { name: 'unknown', message: '', status: undefined };
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return {
    name: error.name,
    message: error.message,
    status: typeof status === 'number' ? status : undefined,
  };
}

/** Names come from the provider: only what looks like a name goes into a cause. */
function knownName(name: string): string {
  return /^[A-Za-z0-9_]{1,64}$/.test(name) ? name : 'unknown';
}
