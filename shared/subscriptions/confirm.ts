import { isLapsed, type Proof, type Subscriber } from '../domain/subscriber.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PageStore } from '../store/pages.ts';
import type { SignUpStore } from '../store/sign-ups.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import type { LinkTarget } from './link-token.ts';
import type { NumberGuard } from './number-guard.ts';
import { LIFETIME, MOST_TRIES, matches } from './proof.ts';
import { readReference, readToken } from './reference.ts';
import type { RingConfirmation } from './sign-up.ts';

export interface ConfirmDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly signUps: Pick<SignUpStore, 'activate' | 'takeTry'>;
  readonly pages: Pick<PageStore, 'countSubscriber'>;
  readonly numbers: Pick<NumberGuard, 'codeEntered'>;
  readonly ring: RingConfirmation;
  readonly clock: Pick<Clock, 'now'>;
}

/** A link that is broken, foreign, used, replaced by a newer one, or for a row that is gone: all the same to a stranger. */
type BadLink = { readonly kind: 'invalid' } | { readonly kind: 'expired' };

export type Confirmed =
  | {
      readonly kind: 'confirmed';
      readonly subscriber: Subscriber;
      /** Webhooks: show the signing secret on this answer, it is the one time (a button pressed twice is one). */
      readonly showSecret: boolean;
    }
  | BadLink;

export type CodeConfirmed =
  | { readonly kind: 'confirmed'; readonly subscriber: Subscriber }
  /** A wrong code, one that ran out of time or tries, or a number that waits for none: all the same to a stranger. */
  | { readonly kind: 'wrong' };

/** The current state is sent a moment after the row is active, not before. */
const SETTLING: Millis = 3 * SECOND;

/** Whoever presses the button twice, or whose answer got lost and whose browser asks again, gets the same answer for this long. */
const SAME_PRESS: Millis = MINUTE;

/** What a confirmation link opens, for the page with the button. Changes nothing, however often it is followed. */
export async function openConfirmation(
  deps: Pick<ConfirmDependencies, 'subscribers' | 'clock'>,
  token: string,
): Promise<{ readonly kind: 'open'; readonly subscriber: Subscriber } | BadLink> {
  const checked = await checkLink(deps, token, deps.clock.now());
  return checked.kind === 'open' ? { kind: 'open', subscriber: checked.subscriber } : checked;
}

/** The button behind the link: the subscriber has agreed. Works once; pressed again within a minute it says the same and does nothing. */
export async function confirmByLink(deps: ConfirmDependencies, token: string): Promise<Confirmed> {
  const now = deps.clock.now();
  const checked = await checkLink(deps, token, now);
  if (checked.kind === 'expired') return checked;
  if (checked.kind === 'open') {
    const { subscriber, proof } = checked;
    const showSecret = subscriber.channel === 'webhook';
    const active = await activate(deps, subscriber, 'confirm', proof, now, { showsSecret: showSecret });
    if (active !== undefined) return { kind: 'confirmed', subscriber: active, showSecret };
  }
  const { target, secret } = readToken(token) ?? {};
  const subscriber = target && (await pressedBefore(deps, 'confirm', target, secret ?? '', now));
  if (subscriber === undefined) return { kind: 'invalid' };
  return { kind: 'confirmed', subscriber, showSecret: subscriber.channel === 'webhook' };
}

/** Six digits that came by text. Each call is a try, right or wrong; after five the code is worth nothing. Works once, as the link does. */
export async function confirmByCode(
  deps: ConfirmDependencies,
  reference: string,
  text: string,
): Promise<CodeConfirmed> {
  const target = readReference(reference);
  if (target?.channel !== 'sms') return { kind: 'wrong' };
  const now = deps.clock.now();
  const code = text.replace(/[\s-]/g, '');
  const proof = await deps.signUps.takeTry(target, MOST_TRIES, now);
  if (!matches(proof, 'code', target, code)) return { kind: 'wrong' };
  const subscriber = await deps.subscribers.get(target.page, target.channel, target.h);
  const active = subscriber && (await activate(deps, subscriber, 'code', proof, now));
  if (active === undefined) {
    const before = await pressedBefore(deps, 'code', target, code, now);
    return before === undefined ? { kind: 'wrong' } : { kind: 'confirmed', subscriber: before };
  }
  // They are subscribed: a count less is no reason to tell them otherwise.
  await noteEntered(deps, active, proof.expiresAt - LIFETIME.code).catch(() => undefined);
  return { kind: 'confirmed', subscriber: active };
}

/** Who has just confirmed by this very secret. */
async function pressedBefore(
  { subscribers }: Pick<ConfirmDependencies, 'subscribers'>,
  purpose: 'confirm' | 'code',
  target: LinkTarget,
  secret: string,
  now: Instant,
): Promise<Subscriber | undefined> {
  const row = await subscribers.get(target.page, target.channel, target.h);
  if (!matches(row?.proofs?.[purpose], purpose, target, secret) || row?.state !== 'active') return undefined;
  return row.confirmedAt !== undefined && row.confirmedAt > now - SAME_PRESS ? row : undefined;
}

async function noteEntered(
  { numbers }: ConfirmDependencies,
  { address }: Subscriber,
  sentAt: Instant,
): Promise<void> {
  if (address.channel === 'sms') await numbers.codeEntered(address.phone, sentAt);
}

/**
 * Makes a pending row active, counts it, and has it told how things stand. Undefined when its proof is no longer the one that
 * was checked. The message goes first: a crash between may leave one too many, which finds nothing to do.
 */
export async function activate(
  deps: Pick<ConfirmDependencies, 'pages' | 'ring'> & { readonly signUps: Pick<SignUpStore, 'activate'> },
  subscriber: Subscriber,
  purpose: 'confirm' | 'code' | 'challenge',
  proof: Proof,
  now: Instant,
  shown: { readonly showsSecret?: boolean } = {},
): Promise<Subscriber | undefined> {
  const { page, channel, h } = subscriber;
  // SES keeps a list of its own, for the whole account: what bounced on another page, or in a row that is gone, is on it, and this row
  // does not know. Off it before anything is sent (docs/decisions/0061).
  const kind = channel === 'email' ? 'lift' : 'current';
  if (subscriber.state !== 'pending') return undefined;
  await deps.ring({ kind, page, channel, h }, SETTLING);
  if (!(await deps.signUps.activate({ page, channel, h }, purpose, proof, now, shown))) return undefined;
  await countOnce(deps, subscriber);
  const {
    proofs: _proofs,
    pendingUntil: _until,
    unsubscribedAt: _left,
    quarantine: _was,
    ...kept
  } = subscriber;
  return { ...kept, state: 'active', confirmedAt: now };
}

/** The count balances chunks and nothing more: one less is no reason to tell somebody who is subscribed that they are not. */
async function countOnce(
  { pages }: Pick<ConfirmDependencies, 'pages'>,
  { page, channel, confirmedAt }: Subscriber,
): Promise<void> {
  // Who comes back was counted when they first came.
  if (confirmedAt === undefined) await pages.countSubscriber(page, channel).catch(() => undefined);
}

async function checkLink(
  deps: Pick<ConfirmDependencies, 'subscribers'>,
  text: string,
  now: Instant,
): Promise<{ kind: 'open'; target: LinkTarget; subscriber: Subscriber; proof: Proof } | BadLink> {
  const token = readToken(text);
  if (token === undefined) return { kind: 'invalid' };
  const { target, secret } = token;
  const subscriber = await deps.subscribers.get(target.page, target.channel, target.h);
  const proof = subscriber?.proofs?.confirm;
  if (!matches(proof, 'confirm', target, secret)) return { kind: 'invalid' };
  if (subscriber === undefined || subscriber.state !== 'pending') return { kind: 'invalid' };
  if (proof.expiresAt <= now || isLapsed(subscriber, now)) return { kind: 'expired' };
  return { kind: 'open', target, subscriber, proof };
}
