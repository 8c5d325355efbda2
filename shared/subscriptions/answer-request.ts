import type { Announcement } from '../channels/channel.ts';
import type { ConfirmationRequest } from '../domain/confirmation.ts';
import { sequenceOf } from '../domain/incident.ts';
import type { Cause, Outcome } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import {
  type AddressHash,
  asEndpoint,
  isLapsed,
  isManageable,
  type Subscriber,
} from '../domain/subscriber.ts';
import type { Millis } from '../domain/time.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PageStore } from '../store/pages.ts';
import type { SignUpStore } from '../store/sign-ups.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import type { UpdateStore } from '../store/updates.ts';
import { activate } from './confirm.ts';
import { currentStates } from './current-state.ts';
import type { NumberGuard } from './number-guard.ts';
import type { OpenIncidentsDependencies } from './open-incidents.ts';
import { LIFETIME, proofOf } from './proof.ts';
import { writeToken } from './reference.ts';
import type { RingConfirmation } from './sign-up.ts';

/** What a letter or text is for. It holds nothing that a requester wrote. */
export type Errand =
  /** Please confirm. */
  | { readonly kind: 'confirm'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** Somebody signed you up again: you are subscribed already. */
  | { readonly kind: 'already'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** The link that you asked for. */
  | { readonly kind: 'manage'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** Your endpoint has echoed the challenge; the link shows its signing secret. */
  | { readonly kind: 'endpointActive'; readonly url: string; readonly channel: Subscriber['channel'] }
  /** Your endpoint has failed for a day. */
  | {
      readonly kind: 'endpointFailing';
      readonly url: string;
      readonly channel: Subscriber['channel'];
      readonly cause: Cause;
    }
  /** Your endpoint is not called any more; the link has it called again. */
  | {
      readonly kind: 'endpointDisabled';
      readonly url: string;
      readonly channel: Subscriber['channel'];
      readonly cause: Cause;
    }
  | { readonly kind: 'code'; readonly code: string };

/** `h`: of a subscriber by mail. The owner of a webhook is none. */
export interface MailRecipient {
  readonly email: string;
  readonly h?: AddressHash;
}

/** Ways to reach people. None retries by itself. */
export interface Messengers {
  mail(to: MailRecipient, page: Page, errand: Exclude<Errand, { kind: 'code' }>): Promise<Outcome>;
  /** Takes an address that was given up, and has been confirmed anew, off SES's list. Undefined when done, else why not. */
  unsuppress(email: string): Promise<{ readonly cause: string } | undefined>;
  text(phone: string, page: Page, errand: Errand): Promise<Outcome>;
  /** Asks an endpoint whether it wants to be called. `askOwner`: it does not say. `refused`: nobody can say yes in its stead. */
  challenge(endpoint: Subscriber<'webhook'>, challenge: string): Promise<'agreed' | 'askOwner' | 'refused'>;
  /** Whether people read what the endpoint gets: they are asked in their channel. */
  invites(endpoint: Subscriber<'webhook'>): boolean;
  /** Asks in the channel: `url` confirms. */
  invite(endpoint: Subscriber<'webhook'>, page: Page, url: string): Promise<Outcome>;
  /** Calls an endpoint to see whether it works. */
  ping(endpoint: Subscriber<'webhook'>, page: Page): Promise<Outcome>;
  /** Tells one subscriber of one update, as the fan-out would. */
  tell(announcement: Announcement, subscriber: Subscriber): Promise<Outcome>;
}

export interface AnswerRequestDependencies extends OpenIncidentsDependencies {
  readonly subscribers: Pick<SubscriberStore, 'get'>;
  readonly signUps: Pick<SignUpStore, 'putProofs' | 'activate' | 'markCurrent'>;
  readonly pages: Pick<PageStore, 'get' | 'countSubscriber'>;
  readonly updates: Pick<UpdateStore, 'getMany'>;
  readonly messengers: Messengers;
  readonly numbers: Pick<NumberGuard, 'noteCode'>;
  readonly ring: RingConfirmation;
  readonly clock: Pick<Clock, 'now' | 'newSecret' | 'newCode'>;
  /** Without a trailing slash. */
  readonly publicUrl: string;
}

export type RequestAnswer =
  | { readonly kind: 'sent' }
  /** Nobody is to be written to, and why. */
  | { readonly kind: 'nothing'; readonly cause: string }
  /** Surely not sent: worth another try, with a new secret. */
  | { readonly kind: 'later'; readonly cause: string; readonly afterMs: Millis }
  /** Not sent for good, or nobody knows. Never sent again by itself: the person can ask again. */
  | { readonly kind: 'failed'; readonly cause: string };

/**
 * Answers one message of the confirmation queue: reads the row and decides what its owner gets. Digests are written before anything is
 * sent, so a message that is handled twice leaves at most an older secret that opens nothing.
 */
export async function answerRequest(
  deps: AnswerRequestDependencies,
  request: ConfirmationRequest,
): Promise<RequestAnswer> {
  const [subscriber, found] = await Promise.all([
    deps.subscribers.get(request.page, request.channel, request.h),
    deps.pages.get(request.page),
  ]);
  if (subscriber === undefined || found === undefined) return { kind: 'nothing', cause: 'unknown' };
  const { page } = found;
  switch (request.kind) {
    case 'lift':
      return liftAddress(deps, page, subscriber);
    case 'current':
      return tellCurrent(deps, page, subscriber);
    case 'manage':
      return isManageable(subscriber)
        ? sendManageLink(deps, page, subscriber, 'manage')
        : { kind: 'nothing', cause: subscriber.state };
    case 'failing':
      return subscriber.strikes === undefined || subscriber.state !== 'active'
        ? { kind: 'nothing', cause: 'mended' }
        : sendManageLink(deps, page, subscriber, 'endpointFailing');
    case 'disabled':
      return subscriber.state === 'quarantined'
        ? sendManageLink(deps, page, subscriber, 'endpointDisabled')
        : { kind: 'nothing', cause: subscriber.state };
    case 'test':
      return test(deps, page, subscriber);
    case 'resend':
      return resend(deps, page, subscriber, request.update);
    case 'confirm':
    case 'code':
    case 'challenge':
      if (subscriber.state === 'active') return sendManageLink(deps, page, subscriber, 'already');
      if (subscriber.state !== 'pending') return { kind: 'nothing', cause: subscriber.state };
      if (isLapsed(subscriber, deps.clock.now())) return { kind: 'nothing', cause: 'lapsed' };
      return askOwner(deps, page, subscriber);
  }
}

async function askOwner(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
): Promise<RequestAnswer> {
  const { address } = subscriber;
  switch (address.channel) {
    case 'email':
      return sendConfirmLink(deps, page, subscriber, { email: address.email, h: subscriber.h });
    case 'sms': {
      const code = deps.clock.newCode();
      const proof = { ...proofOf('code', subscriber, code, deps.clock.now()), tries: 0 };
      if (!(await deps.signUps.putProofs(subscriber, 'pending', { code: proof }, deps.clock.now())))
        return CHANGED;
      const outcome = await deps.messengers.text(address.phone, page, { kind: 'code', code });
      // The text is out, or is not: what could not be counted changes neither.
      await deps.numbers.noteCode(address.phone, outcome, proof.expiresAt - LIFETIME.code).catch(() => {});
      return answerOf(outcome);
    }
    case 'webhook':
      return challengeEndpoint(deps, page, subscriber);
    case 'slack':
      return { kind: 'nothing', cause: 'managedInSlack' };
  }
}

/** The endpoint's own word is worth most; where it has none, its owner's does. */
async function challengeEndpoint(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
): Promise<RequestAnswer> {
  const endpoint = asEndpoint(subscriber);
  if (endpoint === undefined) return { kind: 'nothing', cause: 'noEndpoint' };
  if (deps.messengers.invites(endpoint)) return inviteChannel(deps, page, endpoint);
  const challenge = deps.clock.newSecret();
  const proof = proofOf('challenge', subscriber, challenge, deps.clock.now());
  if (!(await deps.signUps.putProofs(subscriber, 'pending', { challenge: proof }, deps.clock.now())))
    return CHANGED;
  const consent = await deps.messengers.challenge(endpoint, challenge);
  if (consent === 'agreed') {
    const active = await activate(deps, subscriber, 'challenge', proof, deps.clock.now());
    if (active === undefined) return CHANGED;
    return subscriber.ownerEmail === undefined
      ? { kind: 'sent' }
      : sendManageLink(deps, page, active, 'endpointActive');
  }
  if (consent === 'refused') return { kind: 'failed', cause: 'webhook.not_allowed' };
  if (subscriber.ownerEmail === undefined) return { kind: 'failed', cause: 'webhook.not_echoed' };
  return sendConfirmLink(deps, page, subscriber, { email: subscriber.ownerEmail });
}

/** Where people read along, they decide: the link is in the channel, so whoever is there can agree, and nobody else. */
async function inviteChannel(
  deps: AnswerRequestDependencies,
  page: Page,
  endpoint: Subscriber<'webhook'>,
): Promise<RequestAnswer> {
  const secret = deps.clock.newSecret();
  const confirm = proofOf('confirm', endpoint, secret, deps.clock.now());
  if (!(await deps.signUps.putProofs(endpoint, 'pending', { confirm }, deps.clock.now()))) return CHANGED;
  const url = `${deps.publicUrl}/confirm/${writeToken(endpoint, secret)}`;
  return answerOf(await deps.messengers.invite(endpoint, page, url));
}

async function sendConfirmLink(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
  to: MailRecipient,
): Promise<RequestAnswer> {
  const secret = deps.clock.newSecret();
  const confirm = proofOf('confirm', subscriber, secret, deps.clock.now());
  if (!(await deps.signUps.putProofs(subscriber, 'pending', { confirm }, deps.clock.now()))) return CHANGED;
  const url = `${deps.publicUrl}/confirm/${writeToken(subscriber, secret)}`;
  const { channel } = subscriber;
  return answerOf(await deps.messengers.mail(to, page, { kind: 'confirm', url, channel }));
}

async function sendManageLink(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
  kind: 'manage' | 'already' | 'endpointActive' | 'endpointFailing' | 'endpointDisabled',
): Promise<RequestAnswer> {
  const { address, channel } = subscriber;
  const to = mailRecipient(subscriber);
  if (to === undefined && address.channel !== 'sms') return { kind: 'nothing', cause: 'noWayToOwner' };
  const secret = deps.clock.newSecret();
  const manage = proofOf('manage', subscriber, secret, deps.clock.now());
  const state = subscriber.state === 'quarantined' ? 'quarantined' : 'active';
  if (!(await deps.signUps.putProofs(subscriber, state, { manage }, deps.clock.now()))) return CHANGED;
  const cause = subscriber.quarantine?.cause ?? subscriber.strikes?.cause ?? '';
  const errand = { kind, cause, url: `${deps.publicUrl}/manage/${writeToken(subscriber, secret)}`, channel };
  if (address.channel === 'sms') return answerOf(await deps.messengers.text(address.phone, page, errand));
  return to === undefined ? CHANGED : answerOf(await deps.messengers.mail(to, page, errand));
}

async function liftAddress(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
): Promise<RequestAnswer> {
  const { state, address } = subscriber;
  if (state !== 'active') return { kind: 'nothing', cause: state };
  if (address.channel === 'email') {
    const fault = await deps.messengers.unsuppress(address.email);
    if (fault !== undefined) return { kind: 'later', cause: fault.cause, afterMs: 0 };
  }
  return tellCurrent(deps, page, subscriber);
}

function mailRecipient({ address, h, ownerEmail }: Subscriber): MailRecipient | undefined {
  if (address.channel === 'email') return { email: address.email, h };
  return ownerEmail === undefined ? undefined : { email: ownerEmail };
}

async function test(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
): Promise<RequestAnswer> {
  const endpoint = asEndpoint(subscriber);
  if (endpoint === undefined || !isManageable(endpoint)) return { kind: 'nothing', cause: subscriber.state };
  return onceOnly(await deps.messengers.ping(endpoint, page));
}

/** One update again, under its old id. An act outside the receipt: the ledger's past stays as it is. */
async function resend(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
  id: string | undefined,
): Promise<RequestAnswer> {
  if (subscriber.channel !== 'webhook' || subscriber.state !== 'active' || id === undefined) {
    return { kind: 'nothing', cause: subscriber.state };
  }
  const update = (await deps.updates.getMany(page.id, [id])).get(id)?.update;
  const incident = update && (await deps.incidents.get(page.id, update.incident.id));
  const sequence = incident && sequenceOf(incident, id);
  if (update === undefined || incident === undefined || sequence === undefined) {
    return { kind: 'nothing', cause: 'unknownUpdate' };
  }
  const announcement = { page, incident, update: { ...update, sequence } };
  return onceOnly(await deps.messengers.tell(announcement, subscriber));
}

/** The state of all that is open and concerns them, once: the mark is set before the first call. */
async function tellCurrent(
  deps: AnswerRequestDependencies,
  page: Page,
  subscriber: Subscriber,
): Promise<RequestAnswer> {
  const { state, confirmedAt, toldCurrentAt, channel } = subscriber;
  if (state !== 'active' || confirmedAt === undefined) return { kind: 'nothing', cause: state };
  if (toldCurrentAt !== undefined) return { kind: 'nothing', cause: 'toldBefore' };
  if (channel === 'slack') return { kind: 'nothing', cause: 'managedInSlack' };
  const announcements = await currentStates(deps, page, subscriber, confirmedAt);
  if (announcements.length === 0) return { kind: 'nothing', cause: 'allQuiet' };
  if (!(await deps.signUps.markCurrent(subscriber, confirmedAt, deps.clock.now()))) return CHANGED;
  let answer: RequestAnswer = { kind: 'sent' };
  for (const announcement of announcements) {
    const outcome = await deps.messengers.tell(announcement, subscriber);
    if (outcome.kind !== 'sent') answer = { kind: 'failed', cause: outcome.cause };
  }
  return answer;
}

/** What its owner asked for by hand is tried once: they see what came of it, and can ask again. */
function onceOnly(outcome: Outcome): RequestAnswer {
  return outcome.kind === 'sent' ? { kind: 'sent' } : { kind: 'failed', cause: outcome.cause };
}

/** Somebody was quicker: they left, confirmed or signed up again. */
const CHANGED: RequestAnswer = { kind: 'nothing', cause: 'changed' };

function answerOf(outcome: Outcome): RequestAnswer {
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'sent' };
    case 'retry':
    case 'backoff':
    case 'halt':
      return { kind: 'later', cause: outcome.cause, afterMs: outcome.afterMs ?? 0 };
    case 'quarantine':
    case 'drop':
    case 'inDoubt':
      return { kind: 'failed', cause: outcome.cause };
  }
}
