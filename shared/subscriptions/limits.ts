import { createHash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { Address } from '../domain/subscriber.ts';
import { DAY, HOUR, MINUTE, type Millis } from '../domain/time.ts';

/** At most `most` in each window of this length. `subject` is a digest: counters hold no address. */
export interface Limit {
  readonly name: string;
  readonly subject: string;
  readonly windowMs: Millis;
  readonly most: number;
}

/**
 * How many confirmations may leave. Rules of ours.
 *
 * | limit               | number                 | stops                                                    |
 * |---------------------|------------------------|----------------------------------------------------------|
 * | client (/24, /56)   | 10 an hour, 5 for SMS  | one machine, or one network, that signs up many          |
 * | client's /48        | 100 an hour, 20 for SMS| a tunnel or a server that has all of a /48 to itself     |
 * | address             | 1 in 10 min, 3 a day   | list bombing: all pages count together                   |
 * | mailbox             | 10 a day               | the same, by ever other spellings or as owner of webhooks|
 * | SMS, last two digits| 3 a day                | pumping: numbers in a row                                |
 * | SMS, last four      | 10 an hour             | pumping: numbers that lie beside one another             |
 * | webhook host        | 5 a day and page       | reflection at one host                                   |
 * | page                | 2,000 an hour          | one page's flood in the way of the others                |
 * | all pages           | 5,000 an hour          | the breaker: the sender's reputation is everybody's      |
 * | SMS, page and all   | the operator's budgets | a bill                                                   |
 *
 * Where codes do not come back, none go: `numberGuard`.
 */
const CLIENT_MOST = 10;
const CLIENT_MOST_SMS = 5;
const NEIGHBOURS_MOST = 100;
const NEIGHBOURS_MOST_SMS = 20;
const ADDRESS_GAP: Millis = 10 * MINUTE;
const ADDRESS_MOST_A_DAY = 3;
const MAILBOX_MOST_A_DAY = 10;
const ROW_MOST_A_DAY = 3;
const PREFIX_MOST = 10;
const HOST_MOST_A_DAY = 5;
const PAGE_MOST = 2_000;
const SERVICE_MOST = 5_000;

/** A manage link goes to those who have a message of ours in hand: they wait less, and may ask more often. */
const MANAGE_GAP: Millis = 2 * MINUTE;
const MANAGE_MOST_A_DAY = 5;

/** Who asks: a refusal may be told, for it says nothing of any address. */
export function clientLimits(clientIp: string, { channel }: Pick<Address, 'channel'>): readonly Limit[] {
  const [most, neighbours] =
    channel === 'sms' ? [CLIENT_MOST_SMS, NEIGHBOURS_MOST_SMS] : [CLIENT_MOST, NEIGHBOURS_MOST];
  const prefix = clientPrefix(clientIp);
  const own = limit(`client-${channel}`, prefix, HOUR, most);
  if (!prefix.endsWith('/56')) return [own];
  return [own, limit(`client-${channel}-48`, prefix.slice(0, 48 / 4), HOUR, neighbours)];
}

/**
 * Whom it is about: a refusal is never told, or it would say that somebody has signed up this address. `mailbox`: the hash of where a mail
 * about it would go (`mailboxOf`), when there is such a place.
 */
export function addressLimits(
  address: Address,
  h: string,
  page: string,
  { sharedHost = false, mailbox }: { readonly sharedHost?: boolean; readonly mailbox?: string } = {},
): readonly Limit[] {
  return [
    ...resendLimits(h),
    ...(mailbox === undefined ? [] : [limit('mailbox-day', mailbox, DAY, MAILBOX_MOST_A_DAY)]),
    ...(address.channel === 'sms' ? [rowLimit(address.phone), prefixLimit(address.phone)] : []),
    ...(address.channel === 'webhook' && !sharedHost ? [hostLimit(address.url, page)] : []),
  ];
}

/**
 * The mailbox that an address most likely ends in, however it is spelt: capitals and what follows a plus are the sender's to choose at most
 * providers, dots at Gmail. For counting only: mail goes to the address as its owner writes it.
 */
export function mailboxOf(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1).toLowerCase();
  const local = email
    .slice(0, at)
    .toLowerCase()
    .replace(/(?<=.)\+.*$/, '');
  return GMAIL.includes(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`;
}

const GMAIL: readonly string[] = ['gmail.com', 'googlemail.com'];

/** What all share: a refusal may be told. */
export function sharedLimits(
  page: string,
  channel: Address['channel'],
  { dailyBudget, dailyBudgetOfPage }: SmsBudgets,
): readonly Limit[] {
  return [
    limit('page', page, HOUR, PAGE_MOST),
    limit('service', 'all', HOUR, SERVICE_MOST),
    ...(channel === 'sms'
      ? [limit('sms-page-budget', page, DAY, dailyBudgetOfPage), limit('sms-budget', 'all', DAY, dailyBudget)]
      : []),
  ];
}

/** Texts about subscriptions a day: codes and manage links. The rest of the day none leave. */
export interface SmsBudgets {
  /** Over all pages. */
  readonly dailyBudget: number;
  /** Of one page: its flood must not leave the others without. */
  readonly dailyBudgetOfPage: number;
}

/** What the operator has sent again counts like what a stranger asks for: an address gets no more of it for that. */
export function resendLimits(h: string): readonly Limit[] {
  return [limit('address-gap', h, ADDRESS_GAP, 1), limit('address-day', h, DAY, ADDRESS_MOST_A_DAY)];
}

/** What the owner of one endpoint asks for by hand. */
export function endpointLimits(
  act: string,
  subject: string,
  windowMs: Millis,
  most: number,
): readonly Limit[] {
  return [limit(`endpoint-${act}`, subject, windowMs, most)];
}

/** Manage links to one address. */
export function manageLimits(h: string): readonly Limit[] {
  return [limit('manage-gap', h, MANAGE_GAP, 1), limit('manage-day', h, DAY, MANAGE_MOST_A_DAY)];
}

/**
 * The network of a client: /24 of IPv4, /56 of IPv6, which is what one subscriber of a provider gets. An address in IPv6
 * that carries one of IPv4 counts as that; what is no address at all counts as one client.
 */
export function clientPrefix(ip: string): string {
  const carried = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
  if (isIPv4(carried)) return `${carried.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(ip) || ip.includes('%')) return 'unknown';
  const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  const groups = [...first, ...zeros, ...last].map((group) => group.padStart(4, '0'));
  return `${groups.join('').slice(0, 56 / 4)}/56`;
}

/** A hundred numbers in a row. Colleagues may have such; they do not sign up on one day, and the operator can import them. */
function rowLimit(phone: string): Limit {
  return limit('sms-row', phone.slice(0, -2), DAY, ROW_MOST_A_DAY);
}

/** Numbers are handed out in blocks: the last four digits count as one. */
function prefixLimit(phone: string): Limit {
  return limit('sms-prefix', phone.slice(0, -4), HOUR, PREFIX_MOST);
}

function hostLimit(url: string, page: string): Limit {
  return limit('webhook-host', `${page}|${URL.parse(url)?.host ?? url}`, DAY, HOST_MOST_A_DAY);
}

function limit(name: string, subject: string, windowMs: Millis, most: number): Limit {
  return { name, subject: subjectOf(name, subject), windowMs, most };
}

/** What counters hold in place of an address, or of a part of one. */
export function subjectOf(name: string, subject: string): string {
  return createHash('sha256').update(`${name}|${subject}`).digest('base64url').slice(0, 22);
}
