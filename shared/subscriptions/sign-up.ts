import type { ConfirmationRequest } from '../domain/confirmation.ts';
import type { Page } from '../domain/page.ts';
import type { Address, AddressHash, Choice } from '../domain/subscriber.ts';
import type { Instant, Millis } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { LimitStore } from '../store/limits.ts';
import type { SignUpStore } from '../store/sign-ups.ts';
import { LASTING_CAUSES } from './lasting-causes.ts';
import {
  addressLimits,
  clientLimits,
  type Limit,
  mailboxOf,
  type SmsBudgets,
  sharedLimits,
} from './limits.ts';
import type { LinkTarget } from './link-token.ts';
import type { NumberFault } from './mobile-number.ts';
import type { NumberGuard } from './number-guard.ts';
import { LIFETIME } from './proof.ts';

/** Rings the confirmation queue. Throws when it cannot be reached. */
export type RingConfirmation = (request: ConfirmationRequest, delayMs?: Millis) => Promise<void>;

export interface SmsRules extends SmsBudgets {
  /** Countries (ISO 3166, two letters) that texts may go to. None: SMS sign-up is off. */
  readonly countries: readonly string[];
}

export interface SignUpDependencies {
  readonly signUps: Pick<SignUpStore, 'signUp'>;
  readonly limits: Pick<LimitStore, 'take' | 'look' | 'giveBack'>;
  readonly numbers: Pick<NumberGuard, 'closedUntil'>;
  readonly ring: RingConfirmation;
  readonly hash: (address: Address) => AddressHash;
  /** `checkMobileNumber` */
  readonly checkNumber: (phone: string, countries: readonly string[]) => NumberFault | undefined;
  readonly sms: SmsRules;
  readonly clock: Pick<Clock, 'now'>;
}

/** Slack channels are subscribed in Slack. */
export type SelfServedAddress = Exclude<Address, { readonly channel: 'slack' }>;

/** A sign-up whose address is normalised and whose choice names what the page has (`unknownNames`). */
export interface SignUp extends Choice {
  readonly page: Page;
  readonly address: SelfServedAddress;
  /** Webhooks: required, and an email address; nobody else could be shown the signing secret. */
  readonly ownerEmail?: string;
  /** Webhooks: a name from the registry of formats. */
  readonly format?: string;
  /** Webhooks: whether strangers share its host, as they do in chats: then the host says nothing of its owner. */
  readonly sharedHost?: boolean;
  /** As the HTTP API saw it. */
  readonly clientIp: string;
}

export type SignedUp =
  /** The one answer for every address, whether it is new, pending, active or may never be written to. */
  | { readonly kind: 'accepted'; readonly target: LinkTarget }
  /** This client, this page or everybody has signed up too many: nothing was done. Says nothing of the address. */
  | {
      readonly kind: 'tooMany';
      readonly who: 'client' | 'page' | 'everybody' | 'smsPageBudget' | 'smsBudget' | 'numberRange';
      readonly until: Instant;
    }
  | { readonly kind: 'refused'; readonly fault: NumberFault | 'ownerEmailMissing' };

/**
 * Takes a sign-up in: limits, one conditional write, one message. What becomes of it the confirmation function decides, out of
 * sight: the same calls are made in the same order whatever is known of the address, so neither answer nor timing tells.
 *
 * An address that has had its share of confirmations is `accepted` like any other; nothing is written or sent for it. That takes
 * fewer calls: answer through `noSooner`, which evens it out.
 */
export async function signUp(deps: SignUpDependencies, wanted: SignUp): Promise<SignedUp> {
  const { page, address } = wanted;
  const { channel } = address;
  const fault = faultOf(deps, wanted);
  if (fault !== undefined) return { kind: 'refused', fault };

  const now = deps.clock.now();
  const h = deps.hash(address);
  const target: LinkTarget = { page: page.id, channel, h };
  const client = await deps.limits.take(clientLimits(wanted.clientIp, address), now);
  if (client.kind === 'full') return { kind: 'tooMany', who: 'client', until: client.until };
  if (address.channel === 'sms') {
    const until = await deps.numbers.closedUntil(address.phone, now);
    if (until !== undefined) return { kind: 'tooMany', who: 'numberRange', until };
  }

  const ownLimits = addressLimits(address, h, page.id, limitedBy(deps, wanted));
  const own = await deps.limits.take(ownLimits, now);
  const shared = sharedLimits(page.id, channel, deps.sms);
  // A full address spends nothing of what all share, and is answered as if it did.
  const room =
    own.kind === 'taken' ? await deps.limits.take(shared, now) : await deps.limits.look(shared, now);
  if (room.kind === 'full') return { kind: 'tooMany', who: whoseIs(room.name), until: room.until };
  if (own.kind === 'full') return { kind: 'accepted', target };

  const { scope, filters, ownerEmail, format } = wanted;
  const wish = {
    address,
    source: 'self' as const,
    scope,
    pendingUntil: now + LIFETIME.confirm,
    ...(filters && { filters }),
    ...(ownerEmail !== undefined && { ownerEmail }),
    ...(format !== undefined && { format }),
  };
  try {
    await deps.signUps.signUp(target, wish, LASTING_CAUSES, now);
    await deps.ring({ kind: FIRST_STEP[channel], ...target });
  } catch (error) {
    await giveBack(deps, [...ownLimits, ...shared], now);
    throw error;
  }
  return { kind: 'accepted', target };
}

/** In a chat its people are asked, and nobody gets a mail. */
function limitedBy(
  { hash }: SignUpDependencies,
  { address, ownerEmail, sharedHost = false }: SignUp,
): Parameters<typeof addressLimits>[3] {
  const to = address.channel === 'email' ? address.email : ownerEmail;
  if (to === undefined || sharedHost) return { sharedHost };
  return { mailbox: hash({ channel: 'email', email: mailboxOf(to) }) };
}

/** Nothing was sent and the person is told so: they may try again at once. Of two troubles the first is the one to tell. */
async function giveBack(
  { limits }: SignUpDependencies,
  taken: readonly Limit[],
  now: Instant,
): Promise<void> {
  await limits.giveBack(taken, now).catch(() => undefined);
}

/** How each channel's owner is asked. */
const FIRST_STEP = { email: 'confirm', sms: 'code', webhook: 'challenge' } as const;

function faultOf(
  { sms, checkNumber }: SignUpDependencies,
  { address, ownerEmail }: SignUp,
): NumberFault | 'ownerEmailMissing' | undefined {
  if (address.channel === 'sms') return checkNumber(address.phone, sms.countries);
  if (address.channel === 'webhook' && ownerEmail === undefined) return 'ownerEmailMissing';
  return undefined;
}

function whoseIs(limit: string): 'page' | 'everybody' | 'smsPageBudget' | 'smsBudget' {
  switch (limit) {
    case 'page':
      return 'page';
    case 'sms-page-budget':
      return 'smsPageBudget';
    case 'sms-budget':
      return 'smsBudget';
    default:
      return 'everybody';
  }
}
