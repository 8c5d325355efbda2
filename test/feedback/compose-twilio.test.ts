import { afterEach, expect, it, vi } from 'vitest';
import { composeTwilio } from '../../lambdas/feedback/compose-twilio.ts';
import { MINUTE } from '../../shared/domain/time.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { httpServer } from '../channels/http-server.ts';

afterEach(() => vi.unstubAllEnvs());

/** The vector of Twilio's own library. */
const TOKEN = '12345';
const SIGNED = [
  'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
  'https://mycompany.com/myapp.php?foo=1&bar=2',
  {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  },
] as const;

function stub(secretsUrl: string): void {
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
    SUBSCRIBERS_TABLE: 'subscribers',
    DELIVERIES_TABLE: 'deliveries',
    PUBLIC_URL: 'https://fanout.example.com',
    TWILIO_SECRET_ARN: 'twilio',
    ADDRESS_KEY_SECRET_ARN: 'address',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

it('starts without a token, knows it a minute after it was filled in, and a new one a minute after it was replaced', async () => {
  const secret = { accountSid: '', authToken: '' };
  const server = await httpServer(() => ({
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: { ARN: 'twilio', SecretString: JSON.stringify(secret) },
  }));
  stub(server.url);
  let time = 0;
  const clock = { now: () => time, newId: () => 'id' };
  const { isSigned } = composeTwilio(documentClient(), clock, () => {});

  expect(await isSigned(...SIGNED)).toBe(false);
  secret.accountSid = 'AC1';
  time += MINUTE;
  expect(await isSigned(...SIGNED)).toBeUndefined();
  secret.authToken = 'another';
  time += MINUTE;
  expect(await isSigned(...SIGNED)).toBe(false);
  secret.authToken = TOKEN;
  expect(await isSigned(...SIGNED)).toBe(false);
  time += MINUTE;
  expect(await isSigned(...SIGNED)).toBe(true);
  expect(await isSigned('', SIGNED[1], SIGNED[2])).toBe(false);
});

it('takes STOP again as soon as its secrets can be read again', async () => {
  let isAway = true;
  const server = await httpServer(() =>
    isAway
      ? {
          status: 400,
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: { __type: 'DecryptionFailure' },
        }
      : {
          headers: { 'content-type': 'application/x-amz-json-1.1' },
          body: { ARN: 'address', SecretString: JSON.stringify({ key: 'k'.repeat(43) }) },
        },
  );
  stub(server.url);
  const { takeReport } = composeTwilio(documentClient(), { now: () => 0, newId: () => 'id' }, () => {});
  // Without a code nothing follows but the number's hash, which is all that is asked for here.
  const report = { sid: 'SM1', status: 'undelivered', phone: '+33612345678' } as const;
  await expect(takeReport(report)).rejects.toThrow();
  isAway = false;
  expect(await takeReport(report)).toBe('noted');
});
