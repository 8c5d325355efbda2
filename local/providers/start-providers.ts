import { type Configuration, MailRoom } from './email/mail-room.ts';
import { startSesStandIn } from './email/ses-stand-in.ts';
import { createFaults, type Fault } from './faults.ts';
import { createInbox } from './inbox/inbox.ts';
import { createInterner } from './intern.ts';
import type { Accepted, Message, Refused } from './messages.ts';
import { createRateLimit } from './rate-limit.ts';
import { createRecords } from './records.ts';
import { createSlackApp, type SlackAppCredentials } from './slack/slack-oauth.ts';
import { createSlackTokens, type SlackHabits, startSlackStandIn } from './slack/slack-stand-in.ts';
import type { IncomingMessages } from './sms/incoming-messages.ts';
import { createTwilioCredentials, type TwilioCredentials } from './sms/twilio-credentials.ts';
import { startTwilioStandIn } from './sms/twilio-stand-in.ts';
import { startWebhookReceiver } from './webhook/webhook-receiver.ts';

/** What the providers take before they answer with their rate-limit errors. */
export interface Rates {
  /** SES: recipients per second (`MaxSendRate`), with one second's worth of burst. Default 50,000. */
  readonly email: number;
  /** Twilio: calls per second. Default 5,000. */
  readonly sms: number;
  /** Twilio: calls in flight. Default 200. */
  readonly smsConcurrency: number;
  /** Slack: messages per second and conversation. Default 1. */
  readonly slack: number;
  /** Slack: messages that a conversation takes at once. Default 4. */
  readonly slackBurst: number;
}

const DEFAULT_RATES: Rates = { email: 50_000, sms: 5_000, smsConcurrency: 200, slack: 1, slackBurst: 4 };

export interface ProvidersOptions {
  readonly rates?: Partial<Rates>;
  /** Slack workspaces that have the app. Default one, `T0LOCAL01`. */
  readonly teams?: readonly string[];
  readonly slack?: SlackHabits;
  /** Whether accepted texts are followed by signed `sent` and `delivered` callbacks. Default true. */
  readonly statusCallbacks?: boolean;
  /** What SES says that the account may send in 24 hours. Default: as much as it likes. */
  readonly dailyMails?: number;
}

/** Stand-ins for Amazon SES, Twilio, Slack and the receivers of webhooks, with a record of what they accepted. */
export interface Providers {
  /** Base addresses, as each client wants them: Slack's ends in `/api/`, the others have no trailing slash. */
  readonly urls: {
    readonly ses: string;
    readonly twilio: string;
    readonly slack: string;
    readonly webhook: string;
  };
  readonly credentials: {
    readonly twilio: TwilioCredentials;
    readonly slack: SlackAppCredentials & { readonly tokens: Readonly<Record<string, string>> };
  };
  /**
   * Tells the receiver the signing secret of one endpoint, so that it can verify. Calls for others get 401, but for those
   * that were asked for a challenge and echoed it: these are taken unchecked until somebody tells their secret.
   */
  registerWebhook(url: string, secret: string): void;
  /** One entry per message that a provider accepted, repeats included, in order; of one update when asked. */
  accepted(update?: string): readonly Accepted[];
  /** The same with everything that a person would see. */
  messages(): readonly Message[];
  /** What was refused and why, and what was accepted against a rule of ours (`accepted: true`). */
  refused(): readonly Refused[];
  /**
   * The inbox: `GET /_local/inbox`, `/_local/inbox/<n>`, `/_local/refused` (pages; a text is answered by POST) and
   * `/_local/accepted?update=<id>` (JSON lines). Undefined for every other path.
   */
  handle(request: Request): Promise<Response> | undefined;
  /**
   * Tells the mail stand-in how SES is configured. From then on it reports what becomes of mails to SES's mailbox simulator
   * (`bounce@simulator.amazonses.com`, ...) and of those whose bounce is scripted, and keeps a suppression list.
   */
  configureEmail(configuration: Configuration): void;
  /** Somebody answers a text: Twilio keeps who said STOP, and hands the text over, signed. */
  textBack: IncomingMessages['take'];
  /** Scripts a fault. The first rule that matches a call and has calls left befalls it. */
  script(fault: Fault): void;
  /** Closes every port and connection. What was recorded stays readable. */
  stop(): Promise<void>;
}

/** Starts all stand-ins on free ports of 127.0.0.1. */
export async function startProviders(options: ProvidersOptions = {}): Promise<Providers> {
  const rates = { ...DEFAULT_RATES, ...options.rates };
  const records = createRecords();
  const faults = createFaults();
  const shared = { records, faults, intern: createInterner() };
  const twilio = createTwilioCredentials();
  const tokens = createSlackTokens(options.teams ?? ['T0LOCAL01']);
  const app = createSlackApp();
  const room = new MailRoom();

  const [ses, sms, slack, webhook] = await Promise.all([
    startSesStandIn({
      ...shared,
      room,
      rate: createRateLimit(rates.email, rates.email),
      maxSendRate: rates.email,
      dailyMails: options.dailyMails,
    }),
    startTwilioStandIn({
      ...shared,
      credentials: twilio,
      rate: createRateLimit(rates.sms, rates.sms),
      concurrency: rates.smsConcurrency,
      statusCallbacks: options.statusCallbacks ?? true,
    }),
    startSlackStandIn({
      ...shared,
      tokens,
      app,
      rate: createRateLimit(rates.slack, rates.slackBurst),
      habits: options.slack ?? {},
    }),
    startWebhookReceiver(shared),
  ]);

  return {
    urls: { ses: ses.url, twilio: sms.url, slack: slack.url, webhook: webhook.url },
    credentials: { twilio, slack: { ...app, tokens } },
    registerWebhook: webhook.register,
    accepted: records.accepted,
    messages: records.messages,
    refused: records.refused,
    configureEmail: (configuration) => room.connect(configuration),
    handle: createInbox(records, slack.person, sms.incoming),
    textBack: sms.incoming.take,
    script: faults.script,
    async stop() {
      await Promise.all([ses.stop(), sms.stop(), slack.stop(), webhook.stop()]);
    },
  };
}
