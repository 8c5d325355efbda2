import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { isSupportedCountry } from 'libphonenumber-js/min';
import { CHANNELS, type Channel } from '../shared/domain/channel.ts';

export interface ChannelSettings {
  /** False: no update is planned for this channel, and what waits in its queue is not worked on. */
  readonly on: boolean;
  /**
   * Deliveries per second that the provider takes from this account. More than 0, at most 10,000. Email may leave it out: SES is asked for
   * its rate anyway, and a number here can only lower it.
   */
  readonly perSecond?: number;
}

export interface EmailSettings {
  /** Sender of every email: `Name <local@domain>`. */
  readonly from: string;
  /** The identity verified in SES that the sender belongs to: its address, its domain or a parent domain. */
  readonly identity: string;
  /** Where answers go. Without it: to the sender. */
  readonly replyTo?: string;
  /** Postal address in the footer, which CAN-SPAM asks of commercial senders. May be empty; at most 200 characters. */
  readonly postalAddress: string;
  /**
   * An email that may or may not have gone out, because the call to SES was cut off: `resend` sends it again once, so
   * somebody may get it twice; `leave` does not, so somebody may not get it at all. The receipt counts both.
   */
  readonly onDoubt: 'resend' | 'leave';
}

export interface SmsSettings {
  /**
   * Countries whose numbers may sign up on the public pages, as ISO 3166 codes: `['FR', 'GB']`. Empty: no sign-up by SMS; the
   * operator can still add any number. Whoever opens a country pays for its texts.
   */
  readonly countries: readonly string[];
  /** Confirmation codes and manage links by SMS a day, over all pages. A whole number, at most 100,000. */
  readonly dailyBudget: number;
  /** The same for one page, so that a flood on one does not use up what all have. A whole number, at most `dailyBudget`. */
  readonly dailyBudgetOfPage: number;
  /** Segments that a text about an incident may take, 1 to 10. Twilio advises 2. */
  readonly maxSegments: number;
}

export interface Settings {
  /** The status page that this stack speaks for, https, without a trailing slash. Linked from the dashboard. */
  readonly pageUrl: string;
  /**
   * Public https address of the HTTP API, without path or trailing slash, when a domain of your own is mapped to it.
   * Base of all links and callbacks. Without it: the address that API Gateway gives.
   */
  readonly publicUrl?: string;
  readonly email: EmailSettings;
  readonly sms: SmsSettings;
  /** At least one channel is on. */
  readonly channels: Readonly<Record<Channel, ChannelSettings>>;
  /** Who is told of alarms. SNS asks this address to confirm. Without it: nobody, alarms only change state. */
  readonly alarmEmail?: string;
  /** How long logs are kept: one of the numbers of days that CloudWatch Logs knows. */
  readonly logRetentionDays: number;
  /** The event bus whose `Incident Update` events are taken in: `default`, or an existing bus of this account. */
  readonly eventBusName: string;
}

/** All that is wrong with the settings, in one message. */
export class SettingsError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `cdk/settings.ts has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

const ADDRESS = /^[^\s<>@",;:\\]+@(?<domain>[a-z0-9-]+(\.[a-z0-9-]+)+)$/i;
const SENDER = /^[^<>@"\p{Cc}]*[^<>@"\p{Cc}\s] <(?<address>[^<>\s]+)>$/u;
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const BUS_NAME = /^[/.\-_A-Za-z0-9]{1,256}$/;
const MOST_TEXTS_A_DAY = 100_000;
const CONTROL = /\p{Cc}/u;

/** Passes the settings on when they can be deployed. Throws a `SettingsError` with every fault otherwise. */
export function checkSettings(settings: Settings): Settings {
  const faults = [
    ...urlFaults('pageUrl', settings.pageUrl),
    ...(settings.publicUrl === undefined ? [] : originFaults('publicUrl', settings.publicUrl)),
    ...emailFaults(settings.email),
    ...smsFaults(settings.sms),
    ...channelFaults(settings.channels),
    ...(settings.alarmEmail === undefined ? [] : addressFaults('alarmEmail', settings.alarmEmail)),
    ...retentionFaults(settings.logRetentionDays),
    ...expect(
      BUS_NAME.test(settings.eventBusName),
      'eventBusName',
      'a bus name of [/.-_A-Za-z0-9]{1,256}',
      settings.eventBusName,
    ),
  ];
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

function expect(holds: boolean, name: string, expected: string, got: unknown): string[] {
  return holds
    ? []
    : [`Expected \`${name}\` to be ${expected}, got ${typeof got === 'number' ? got : JSON.stringify(got)}.`];
}

function urlFaults(name: string, got: string): string[] {
  const url = URL.canParse(got) ? new URL(got) : undefined;
  const plain = url?.protocol === 'https:' && !url.username && !url.search && !url.hash && !got.endsWith('/');
  return expect(plain, name, 'an https URL without a trailing slash, query or fragment', got);
}

/** API Gateway hands a path under which the API is mapped on to the functions: no route would match, and Twilio signs another address. */
function originFaults(name: string, got: string): string[] {
  const url = URL.parse(got);
  const plain = url?.protocol === 'https:' && url.origin === got;
  return expect(plain, name, 'https and a host in lower case, without a path or a trailing slash', got);
}

function addressFaults(name: string, got: string): string[] {
  return expect(ADDRESS.test(got), name, 'an email address `local@domain`', got);
}

function emailFaults({ from, identity, replyTo, postalAddress, onDoubt }: EmailSettings): string[] {
  const address = SENDER.exec(from)?.groups?.['address'] ?? '';
  const domain = ADDRESS.exec(address)?.groups?.['domain']?.toLowerCase();
  const verified = identity.toLowerCase();
  const covers =
    verified === address.toLowerCase() || domain === verified || domain?.endsWith(`.${verified}`);
  return [
    ...expect(domain !== undefined, 'email.from', '`Name <local@domain>`', from),
    ...expect(
      (DOMAIN.test(identity) || ADDRESS.test(identity)) && (domain === undefined || covers === true),
      'email.identity',
      "the sender's address, its domain or a parent domain",
      identity,
    ),
    ...(replyTo === undefined ? [] : addressFaults('email.replyTo', replyTo)),
    ...expect(
      postalAddress.length <= 200 && !CONTROL.test(postalAddress),
      'email.postalAddress',
      'one line of at most 200 characters',
      postalAddress,
    ),
    ...expect(['resend', 'leave'].includes(onDoubt), 'email.onDoubt', 'resend or leave', onDoubt),
  ];
}

function smsFaults({ countries, dailyBudget, dailyBudgetOfPage, maxSegments }: SmsSettings): string[] {
  const known = countries.every((country) => isSupportedCountry(country));
  return [
    ...expect(known, 'sms.countries', 'ISO 3166 country codes in capitals', countries),
    ...expect(
      Number.isInteger(dailyBudget) && dailyBudget >= 0 && dailyBudget <= MOST_TEXTS_A_DAY,
      'sms.dailyBudget',
      `a whole number from 0 to ${MOST_TEXTS_A_DAY}`,
      dailyBudget,
    ),
    ...expect(
      Number.isInteger(dailyBudgetOfPage) && dailyBudgetOfPage >= 0 && dailyBudgetOfPage <= dailyBudget,
      'sms.dailyBudgetOfPage',
      'a whole number from 0 to sms.dailyBudget',
      dailyBudgetOfPage,
    ),
    ...expect(
      Number.isInteger(maxSegments) && maxSegments >= 1 && maxSegments <= 10,
      'sms.maxSegments',
      'a whole number from 1 to 10',
      maxSegments,
    ),
  ];
}

function channelFaults(channels: Settings['channels']): string[] {
  const rates = CHANNELS.flatMap((channel) => {
    const { perSecond } = channels[channel];
    if (channel === 'email' && perSecond === undefined) return [];
    const sane = perSecond !== undefined && perSecond > 0 && perSecond <= 10_000;
    return expect(sane, `channels.${channel}.perSecond`, 'more than 0 and at most 10000', perSecond);
  });
  const on = CHANNELS.filter((channel) => channels[channel].on);
  return [...rates, ...expect(on.length > 0, 'channels', 'at least one channel that is on', on)];
}

function retentionFaults(days: number): string[] {
  const known = Object.values(RetentionDays).filter(
    (value): value is RetentionDays => typeof value === 'number' && value !== RetentionDays.INFINITE,
  );
  return expect(known.includes(days), 'logRetentionDays', `one of ${known.join(', ')}`, days);
}
