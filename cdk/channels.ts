import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { BY_ADDRESS } from '../shared/deployment/tables.ts';
import { CHANNELS, type Channel } from '../shared/domain/channel.ts';
import { type ChannelImpact, DeliveryChannel } from './channel.ts';
import type { Settings } from './check-settings.ts';
import { EmailSending } from './email-sending.ts';
import type { FanoutFunction, FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { TableAction, Tables } from './tables.ts';

export interface ChannelsProps {
  readonly surroundings: FunctionSurroundings;
  readonly settings: Pick<Settings, 'channels' | 'email' | 'sms'>;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly publicUrl: string;
}

/** Webhooks go to public https addresses only: for whoever adds them, and for whoever calls them. */
export const PUBLIC_TARGETS_ONLY = { [ENV.webhookPrivateTargets]: 'refuse' };

/** Base address of Twilio's API. */
export const TWILIO_URL = 'https://api.twilio.com';

/** Base address of Slack's Web API. */
export const SLACK_URL = 'https://slack.com/api/';

/** Of libuv: four unless said otherwise, and each lookup of a host name holds one until it is answered. */
const LOOKUPS_AT_ONCE = '64';

/** What every sender calls on the ledger, and those that can be told to pause as a whole also to end the pause. */
const LEDGER: readonly TableAction[] = ['GetItem', 'PutItem', 'BatchGetItem', 'Query'];
const LEDGER_AND_PAUSES: readonly TableAction[] = [...LEDGER, 'DeleteItem'];

/** Names in logical ids and alarms. */
const NAMES: Readonly<Record<Channel, string>> = {
  email: 'Email',
  sms: 'Sms',
  slack: 'Slack',
  webhook: 'Webhook',
};

/**
 * The four channels, what all senders share, and what each needs of its own. Which channels are on is told to
 * whoever plans or adds subscribers (`CHANNELS`): no update is planned for the others. Their queue and function
 * stay, with the event source off, so that switching on and off moves no resource.
 */
export class Channels extends Construct {
  readonly email: DeliveryChannel;
  readonly sms: DeliveryChannel;
  readonly slack: DeliveryChannel;
  readonly webhook: DeliveryChannel;
  readonly emailSending: EmailSending;
  private readonly props: ChannelsProps;

  constructor(scope: Construct, id: string, props: ChannelsProps) {
    super(scope, id);
    this.props = props;
    this.email = this.create('email');
    this.sms = this.create('sms');
    this.slack = this.create('slack');
    this.webhook = this.create('webhook');

    this.emailSending = new EmailSending(this, 'EmailSending', props.settings.email);
    this.emailSending.openSending(this.email.function);
    this.emailSending.openAsking(this.email.function);
    props.secrets.open(this.email.function, 'linkKey');
    this.email.function.tell({ [ENV.publicUrl]: props.publicUrl });

    props.secrets.open(this.sms.function, 'twilio');
    this.sms.function.tell({
      [ENV.publicUrl]: props.publicUrl,
      [ENV.twilioUrl]: TWILIO_URL,
    });
    this.tellTexts(this.sms.function);
    // Short links of incidents.
    props.tables.open(this.sms.function, 'incidents', ['PutItem']);

    props.secrets.open(this.slack.function, 'slack', 'installationKey');
    // An installation that Slack refuses is marked as broken.
    props.tables.open(this.slack.function, 'incidents', ['PutItem']);
    this.slack.function.tell({ [ENV.slackUrl]: SLACK_URL });

    props.secrets.open(this.webhook.function, 'webhookKey', 'linkKey');
    this.webhook.function.tell({
      [ENV.publicUrl]: props.publicUrl,
      ...PUBLIC_TARGETS_ONLY,
      // One endpoint whose name server is slow must not keep the others waiting for theirs.
      UV_THREADPOOL_SIZE: LOOKUPS_AT_ONCE,
    });
  }

  get all(): readonly DeliveryChannel[] {
    return [this.email, this.sms, this.slack, this.webhook];
  }

  /** Lets a function ring for every channel, and tells it which are on and how fast they go. */
  openPlanning(fn: FanoutFunction): void {
    for (const channel of this.all) channel.openRinging(fn);
    this.tellSwitches(fn);
    this.tellRates(fn);
  }

  /** Tells a function how fast each channel goes. */
  tellRates(fn: FanoutFunction): void {
    fn.tell({ [ENV.rates]: this.rates() });
  }

  /** Tells a function how long texts about incidents may be. */
  tellTexts(fn: FanoutFunction): void {
    fn.tell({ [ENV.smsMaxSegments]: String(this.props.settings.sms.maxSegments) });
  }

  /** Lets a function send email as the settings' sender, news and letters, and tells it how to. */
  openEmail(fn: FanoutFunction): void {
    this.emailSending.openSending(fn);
    this.emailSending.openLetters(fn);
  }

  /** Tells a function which channels are on. */
  tellSwitches(fn: FanoutFunction): void {
    const { channels } = this.props.settings;
    fn.tell({ [ENV.channels]: JSON.stringify(CHANNELS.filter((channel) => channels[channel].on)) });
  }

  private create(channel: Channel): DeliveryChannel {
    const { surroundings, settings, tables } = this.props;
    const created = new DeliveryChannel(this, NAMES[channel], {
      ...surroundings,
      channel,
      on: settings.channels[channel].on,
      impact: impactOn(channel),
    });
    const fn = created.function;
    this.tellRates(fn);
    // A STOP that only Twilio has heard goes by the number.
    const indexes = channel === 'sms' ? [BY_ADDRESS] : [];
    tables.open(fn, 'subscribers', ['GetItem', 'Query', 'UpdateItem'], ...indexes);
    // People's channels ask after newer updates before a retry; webhooks show the incident's earlier ones.
    tables.open(fn, 'incidents', ['GetItem', 'Query', 'BatchGetItem']);
    // Webhooks have no provider that all share, so no pause of all to end.
    tables.open(fn, 'deliveries', channel === 'webhook' ? LEDGER : LEDGER_AND_PAUSES);
    return created;
  }

  private rates(): string {
    const { channels } = this.props.settings;
    return JSON.stringify(
      Object.fromEntries(CHANNELS.map((channel) => [channel, channels[channel].perSecond])),
    );
  }
}

function impactOn(channel: Channel): ChannelImpact {
  const subscribers = `${NAMES[channel]} subscribers`;
  return {
    deadLetters: `A doorbell could not be read or processed: some ${subscribers} may not be told until the sweeper rings again. Each message in the queue carries its reason.`,
    oldDoorbells: `${subscribers} are told more than half an hour late: the senders do not come to their doorbells. Look at this channel's errors and at the account's Lambda concurrency.`,
    errors: `${subscribers} are told late: the sender fails and its work is tried again. Look at the function's log.`,
    ...(channel !== 'webhook' && {
      paused: `${subscribers} have been waiting for ten minutes: the provider throttles or refuses us, does not answer, or has not been set up. Nothing is lost, and it goes on by itself. Look at the provider's status, then at the account and its secret.`,
    }),
  };
}
