import type { Choice, Proof, Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { LimitStore } from '../store/limits.ts';
import type { SignUpStore } from '../store/sign-ups.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import { clientLimits, manageLimits, type SmsBudgets, sharedLimits } from './limits.ts';
import type { LinkTarget } from './link-token.ts';
import { matches, proofOf } from './proof.ts';
import { readToken, writeToken } from './reference.ts';
import type { RingConfirmation } from './sign-up.ts';

export interface ManageDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get' | 'unsubscribe'>;
  readonly signUps: Pick<SignUpStore, 'change' | 'showSecret'>;
  readonly clock: Pick<Clock, 'now' | 'newSecret'>;
}

/** Broken, foreign, used or replaced; or once right and now too old. Both: "ask for a new link". */
type BadLink = { readonly kind: 'invalid' } | { readonly kind: 'expired' };

export type Changed =
  | {
      readonly kind: 'changed';
      readonly subscriber: Subscriber;
      /** For the next change: the one that was used is worth nothing any more. */
      readonly token: string;
    }
  | BadLink;

export interface RequestManageDependencies {
  readonly limits: Pick<LimitStore, 'take' | 'giveBack'>;
  readonly ring: RingConfirmation;
  readonly sms: SmsBudgets;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Has a fresh manage link sent to the address itself: all that the link in a notification can do. The answer is the same whether
 * there is such a subscriber or not, and whether they have asked too often or not.
 */
export async function requestManageLink(
  deps: RequestManageDependencies,
  target: LinkTarget,
  clientIp: string,
): Promise<
  | { readonly kind: 'accepted' }
  | { readonly kind: 'tooMany'; readonly who: 'client'; readonly until: Instant }
> {
  const now = deps.clock.now();
  const client = await deps.limits.take(clientLimits(clientIp, target), now);
  if (client.kind === 'full') return { kind: 'tooMany', who: 'client', until: client.until };
  const own = manageLimits(target.h);
  if ((await deps.limits.take(own, now)).kind === 'full') return { kind: 'accepted' };
  const shared = sharedLimits(target.page, target.channel, deps.sms);
  if ((await deps.limits.take(shared, now)).kind === 'full') return { kind: 'accepted' };
  try {
    await deps.ring({ kind: 'manage', ...target });
  } catch (error) {
    // No link is on its way and the person is told so: they may ask again at once.
    await deps.limits.giveBack([...own, ...shared], now).catch(() => undefined);
    throw error;
  }
  return { kind: 'accepted' };
}

/** What a manage link opens. Changes nothing: a GET, and whatever follows links, may call it. */
export async function openManage(
  deps: Pick<ManageDependencies, 'subscribers' | 'clock'>,
  token: string,
): Promise<{ readonly kind: 'open'; readonly subscriber: Subscriber } | BadLink> {
  const checked = await checkLink(deps, token);
  return checked.kind === 'open' ? { kind: 'open', subscriber: checked.subscriber } : checked;
}

/** Replaces what the subscriber hears of, whole: scope, filters, pause. The choice names what the page has (`unknownNames`). */
export async function changeSubscription(
  deps: ManageDependencies,
  token: string,
  choice: Choice & { readonly paused: boolean },
): Promise<Changed> {
  const checked = await checkLink(deps, token);
  if (checked.kind !== 'open') return checked;
  const { target, subscriber, proof } = checked;
  const next = rotate(deps, target, proof);
  if (!(await deps.signUps.change(target, proof, choice, next.proof))) return { kind: 'invalid' };
  const { filters: _filters, paused: _paused, ...kept } = subscriber;
  const { scope, filters, paused } = choice;
  return {
    kind: 'changed',
    subscriber: { ...kept, scope, ...(filters && { filters }), ...(paused && { paused: true }) },
    token: next.token,
  };
}

/** Shows a webhook's signing secret, once in its life; `shownBefore` afterwards. The secret itself is the caller's to derive. */
export async function showSecretOnce(
  deps: ManageDependencies,
  token: string,
): Promise<Changed | { readonly kind: 'shownBefore' }> {
  const checked = await checkLink(deps, token);
  if (checked.kind !== 'open') return checked;
  const { target, subscriber, proof } = checked;
  if (subscriber.channel !== 'webhook') return { kind: 'invalid' };
  if (subscriber.secretShownAt !== undefined) return { kind: 'shownBefore' };
  const now = deps.clock.now();
  const next = rotate(deps, target, proof);
  if (!(await deps.signUps.showSecret(target, proof, next.proof, now))) return { kind: 'invalid' };
  return { kind: 'changed', subscriber: { ...subscriber, secretShownAt: now }, token: next.token };
}

/** Ends the subscription from its manage page. */
export async function leaveByManage(
  deps: Pick<ManageDependencies, 'subscribers' | 'clock'>,
  token: string,
): Promise<{ readonly kind: 'left'; readonly target: LinkTarget } | BadLink> {
  const checked = await checkLink(deps, token);
  if (checked.kind !== 'open') return checked;
  const { target } = checked;
  await deps.subscribers.unsubscribe(target.page, target.channel, target.h, deps.clock.now());
  return { kind: 'left', target };
}

/** A new secret that ends when the old one would have: a link is good for a day, however much it is used. */
export function rotate(
  { clock }: Pick<ManageDependencies, 'clock'>,
  target: LinkTarget,
  used: Proof,
): { readonly token: string; readonly proof: Proof } {
  const secret = clock.newSecret();
  const proof = { ...proofOf('manage', target, secret, clock.now()), expiresAt: used.expiresAt };
  return { token: writeToken(target, secret), proof };
}

/**
 * What a manage link opens, for its use cases. Who is in quarantine since it was sent reads why and may leave; to change anything the row
 * must be active, which the stores see to.
 */
export async function checkLink(
  deps: Pick<ManageDependencies, 'subscribers'> & { readonly clock: Pick<Clock, 'now'> },
  text: string,
): Promise<{ kind: 'open'; target: LinkTarget; subscriber: Subscriber; proof: Proof } | BadLink> {
  const token = readToken(text);
  if (token === undefined) return { kind: 'invalid' };
  const { target, secret } = token;
  const subscriber = await deps.subscribers.get(target.page, target.channel, target.h);
  const proof = subscriber?.proofs?.manage;
  if (!matches(proof, 'manage', target, secret)) return { kind: 'invalid' };
  if (subscriber === undefined || !isOpen(subscriber)) return { kind: 'invalid' };
  return proof.expiresAt > deps.clock.now()
    ? { kind: 'open', target, subscriber, proof }
    : { kind: 'expired' };
}

function isOpen({ state }: Subscriber): boolean {
  return state === 'active' || state === 'quarantined';
}
