import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../../local/providers/faults.ts';
import { type Providers, startProviders } from '../../../local/providers/start-providers.ts';
import { createEmailSender } from '../../../shared/channels/email/create-email-sender.ts';
import { createSubscriberLinks } from '../../../shared/subscriptions/links.ts';
import { delivery } from '../deliveries.ts';
import { seedAnnouncement } from '../seed.ts';

const TIMEOUT_MS = 400;
const ADDRESSES = ['u0', 'u1', 'u2'].map((name) => `${name}@example.com`);
const ODD = 'u1@example.com';
const window = ADDRESSES.map((email, n) => delivery<'email'>({ channel: 'email', email }, { n }));
const links = createSubscriberLinks({ publicUrl: 'https://api.example', linkKey: 'k'.repeat(40) });

let providers: Providers;
afterEach(() => providers.stop());

/** The sender as it is deployed, but for its patience, against the stand-in: through the real client. */
async function senderWith(fault: Omit<Fault, 'channel'>) {
  providers = await startProviders();
  providers.script({ channel: 'email', ...fault });
  return createEmailSender({
    ses: new SESv2Client({
      endpoint: providers.urls.ses,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      requestHandler: { connectionTimeout: 2_000, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
    }),
    from: 'Batch Status <status@notify.example>',
    configurationSet: 'main',
    links,
    calendarUrl: (page, incident) => `https://api.example/p/${page}/incidents/${incident}/maintenance.ics`,
    now: Date.now,
  });
}

const acceptedOf = (address: string) => providers.accepted().filter(({ to }) => to === address).length;

describe('a fault of a whole call: what each of three recipients comes to, and how often SES has their mail', () => {
  test.each<[string, Omit<Fault, 'channel'>, string, number]>([
    [
      'too fast',
      { error: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' },
      'backoff',
      0,
    ],
    ['throttled', { error: 'ThrottlingException' }, 'backoff', 0],
    [
      'the day is used up',
      { error: 'TooManyRequestsException', message: 'Daily message quota exceeded.' },
      'halt 600000',
      0,
    ],
    ['a limit', { error: 'LimitExceededException' }, 'halt 600000', 0],
    ['suspended', { error: 'AccountSuspendedException' }, 'halt 300000', 0],
    ['paused', { error: 'SendingPausedException' }, 'halt 300000', 0],
    ['MAIL FROM lost', { error: 'MailFromDomainNotVerifiedException' }, 'halt 300000', 0],
    ['no such configuration set', { error: 'NotFoundException' }, 'halt 300000', 0],
    ['not allowed', { error: 'AccessDeniedException' }, 'halt 300000', 0],
    ['unknown key', { error: 'UnrecognizedClientException' }, 'halt 300000', 0],
    ['content refused', { error: 'MessageRejected', message: 'virus' }, 'drop', 0],
    ['a conflict', { error: 'ConflictException' }, 'retry', 0],
    ['an unknown refusal', { error: 'TeapotException', status: 418 }, 'retry', 0],
    ['trouble before', { error: 'InternalServiceErrorException' }, 'inDoubt', 0],
    ['trouble after', { error: 'InternalServiceErrorException', processed: true }, 'inDoubt', 1],
    ['an unknown trouble', { error: 'Whatever', status: 503 }, 'inDoubt', 0],
    ['dropped before', { drop: 'before' }, 'inDoubt', 0],
    ['dropped after', { drop: 'after' }, 'inDoubt', 1],
    ['silence', { delayMs: TIMEOUT_MS + 300 }, 'inDoubt', 1],
    ['slow, but in time', { delayMs: 50 }, 'sent', 1],
  ])('%s', async (_, fault, outcome, accepted) => {
    const sender = await senderWith(fault);
    const outcomes = await sender.send(seedAnnouncement(1), window);
    const words = outcomes.map((one) => (one.kind === 'halt' ? `halt ${one.afterMs}` : one.kind));
    expect(words).toEqual([outcome, outcome, outcome]);
    // In silence the stand-in may take the mail a moment later.
    await expect.poll(() => ADDRESSES.map(acceptedOf)).toEqual([accepted, accepted, accepted]);

    // Whoever surely was not told is told by the next call, and nobody else is called again.
    const again = window.filter((__, n) => ['backoff', 'halt', 'retry'].includes(outcomes[n]?.kind ?? ''));
    await sender.send(seedAnnouncement(1), again);
    const expected = again.length > 0 ? 1 : accepted;
    expect(ADDRESSES.map(acceptedOf)).toEqual([expected, expected, expected]);
  });

  test('malformed for the sake of one entry: the others are told, once', async () => {
    const sender = await senderWith({
      to: ODD,
      error: 'BadRequestException',
      times: Number.POSITIVE_INFINITY,
    });
    const outcomes = await sender.send(seedAnnouncement(1), window);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['sent', 'drop', 'sent']);
    expect(ADDRESSES.map(acceptedOf)).toEqual([1, 0, 1]);
  });
});

describe('a fault of one entry: it alone comes again', () => {
  test.each([
    ['TRANSIENT_FAILURE', 'retry'],
    ['FAILED', 'retry'],
    ['Transient_Failure', 'retry'],
    ['SOMETHING_NEW', 'retry'],
    ['ACCOUNT_THROTTLED', 'backoff'],
    ['ACCOUNT_DAILY_QUOTA_EXCEEDED', 'halt'],
    ['ACCOUNT_SUSPENDED', 'halt'],
    ['ACCOUNT_SENDING_PAUSED', 'halt'],
    ['CONFIGURATION_SET_SENDING_PAUSED', 'halt'],
    ['CONFIGURATION_SET_NOT_FOUND', 'halt'],
    ['MAIL_FROM_DOMAIN_NOT_VERIFIED', 'halt'],
    ['TEMPLATE_NOT_FOUND', 'halt'],
    ['INVALID_SENDING_POOL_NAME', 'halt'],
    ['INVALID_PARAMETER', 'quarantine'],
    ['MESSAGE_REJECTED', 'drop'],
  ])('%s is %s', async (status, kind) => {
    const sender = await senderWith({ entries: { [ODD]: status } });
    const outcomes = await sender.send(seedAnnouncement(1), window);
    expect(outcomes.map((one) => one.kind)).toEqual(['sent', kind, 'sent']);
    expect(ADDRESSES.map(acceptedOf)).toEqual([1, 0, 1]);
  });
});
