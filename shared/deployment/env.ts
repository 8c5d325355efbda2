import type { Channel } from '../domain/channel.ts';
import type { TableName } from './tables.ts';

/** Environment variables of the functions: CDK writes them, `shared/runtime/env.ts` reads them, nobody else. */
export const TABLE_ENV: Record<TableName, string> = {
  subscribers: 'SUBSCRIBERS_TABLE',
  incidents: 'INCIDENTS_TABLE',
  deliveries: 'DELIVERIES_TABLE',
};

export const QUEUE_URL_ENV: Record<Channel, string> = {
  email: 'EMAIL_QUEUE_URL',
  sms: 'SMS_QUEUE_URL',
  slack: 'SLACK_QUEUE_URL',
  webhook: 'WEBHOOK_QUEUE_URL',
};

export const ENV = {
  /** Where a function that is fed from a queue puts what it can never process. */
  deadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  /** Where the Slack app puts what takes longer than Slack waits for an answer. */
  slackWorkQueueUrl: 'SLACK_WORK_QUEUE_URL',
  /** Where sign-ups ask for a confirmation to be sent. */
  confirmationQueueUrl: 'CONFIRMATION_QUEUE_URL',
  /** JSON array of ISO 3166 country codes that sign-ups by SMS may come from. Empty: SMS sign-up is off. */
  smsCountries: 'SMS_COUNTRIES',
  /** Confirmation texts a day, over all pages and of one. */
  smsDailyBudget: 'SMS_DAILY_BUDGET',
  smsDailyBudgetOfPage: 'SMS_DAILY_BUDGET_OF_PAGE',
  /** Segments of one text at most. */
  smsMaxSegments: 'SMS_MAX_SEGMENTS',
  /** Public https address of the HTTP API, without a trailing slash: base of links and callbacks. */
  publicUrl: 'PUBLIC_URL',
  /** JSON array of the channels that are switched on. */
  channels: 'CHANNELS',
  /** JSON object: deliveries per second that each provider takes, by channel. */
  rates: 'RATES',

  /** ARNs of secrets. What each holds: `shared/deployment/secrets.ts`. */
  operatorSecret: 'OPERATOR_SECRET_ARN',
  statuspageSecret: 'STATUSPAGE_SECRET_ARN',
  addressKeySecret: 'ADDRESS_KEY_SECRET_ARN',
  linkKeySecret: 'LINK_KEY_SECRET_ARN',
  webhookKeySecret: 'WEBHOOK_KEY_SECRET_ARN',
  twilioSecret: 'TWILIO_SECRET_ARN',
  slackSecret: 'SLACK_SECRET_ARN',
  installationKeySecret: 'INSTALLATION_KEY_SECRET_ARN',

  /** Sender of emails: `Name <local@domain>`. */
  emailFrom: 'EMAIL_FROM',
  emailReplyTo: 'EMAIL_REPLY_TO',
  emailConfigurationSet: 'EMAIL_CONFIGURATION_SET',
  /** Of letters about subscriptions, which also go to addresses that once bounced. */
  emailLetterConfigurationSet: 'EMAIL_LETTER_CONFIGURATION_SET',
  /** Postal address in the footer (CAN-SPAM). May be empty. */
  emailPostalAddress: 'EMAIL_POSTAL_ADDRESS',
  /** `resend` or `leave`: what becomes of an email that may or may not have gone out. */
  emailOnDoubt: 'EMAIL_ON_DOUBT',

  /** Base addresses of providers that are no AWS service. AWS clients follow AWS_ENDPOINT_URL_<SERVICE>. */
  twilioUrl: 'TWILIO_URL',
  slackUrl: 'SLACK_URL',
  /** `refuse` or `allow`: private, loopback and plain http webhook targets. `allow` is for laptops. */
  webhookPrivateTargets: 'WEBHOOK_PRIVATE_TARGETS',
} as const;
