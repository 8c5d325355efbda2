import { SESv2Client, SendBulkEmailCommand, type SendBulkEmailCommandInput } from '@aws-sdk/client-sesv2';
import { LogLevel, WebClient } from '@slack/web-api';
import twilio from 'twilio';
import type { Providers } from '../../local/providers/start-providers.ts';

/** The real clients, led to the stand-ins. Retries are off, as in the product. */
export function sesClient(providers: Providers): SESv2Client {
  return new SESv2Client({
    region: 'eu-west-1',
    endpoint: providers.urls.ses,
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

/** A SendBulkEmail that every rule likes; `change` spoils it. */
export function bulkEmail(
  to: readonly string[],
  change: Partial<SendBulkEmailCommandInput> = {},
): SendBulkEmailCommand {
  return new SendBulkEmailCommand({
    FromEmailAddress: 'Acme Status <status@acme.com>',
    DefaultEmailTags: [{ Name: 'update_id', Value: 'upd-1' }],
    DefaultContent: {
      Template: {
        TemplateContent: {
          Subject: '[Acme] API errors',
          Text: 'Resolved. Unsubscribe: {{unsubscribe_url}}',
          Html: '<html><head></head><body><p>Resolved</p><a href="{{unsubscribe_url}}">Unsubscribe</a></body></html>',
        },
        TemplateData: JSON.stringify({ unsubscribe_url: 'https://acme.com/u' }),
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
    BulkEmailEntries: to.map((address) => ({
      Destination: { ToAddresses: [address] },
      ReplacementHeaders: [{ Name: 'List-Unsubscribe', Value: `<https://acme.com/u/${address.length}>` }],
      ReplacementEmailContent: {
        ReplacementTemplate: {
          ReplacementTemplateData: JSON.stringify({ unsubscribe_url: `https://acme.com/u/${to}` }),
        },
      },
    })),
    ...change,
  });
}

export function slackClient(providers: Providers, token?: string): WebClient {
  return new WebClient(token ?? Object.values(providers.credentials.slack.tokens)[0], {
    slackApiUrl: providers.urls.slack,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // The client logs each failure; here failures are the point.
    logger: { ...silent, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} },
  });
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export function twilioClient(providers: Providers, apiKeySecret?: string): twilio.Twilio {
  const { accountSid, apiKeySid, apiKeySecret: secret } = providers.credentials.twilio;
  class LocalClient extends twilio.RequestClient {
    override request(options: Parameters<twilio.RequestClient['request']>[0]): Promise<never> {
      const uri = options.uri.replace('https://api.twilio.com', providers.urls.twilio);
      // Safe: the answer is passed on as it is.
      return super.request({ ...options, uri }) as Promise<never>;
    }
  }
  return twilio(apiKeySid, apiKeySecret ?? secret, { accountSid, httpClient: new LocalClient() });
}
