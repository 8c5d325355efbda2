import type { ConfirmationRequest } from '../domain/confirmation.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import { asEndpoint, isLapsed, isManageable, type Subscriber } from '../domain/subscriber.ts';
import type { Clock } from '../runtime/clock.ts';
import type { PageStore } from '../store/pages.ts';
import type { SignUpStore } from '../store/sign-ups.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import type { UpdateStore } from '../store/updates.ts';
import { activate } from './confirm.ts';
import { currentStates } from './current-state.ts';
import { resendUpdate, testEndpoint } from './endpoint-requests.ts';
import type { MailRecipient, Messengers, RequestAnswer } from './messengers.ts';
import type { NumberGuard } from './number-guard.ts';
import type { OpenIncidentsDependencies } from './open-incidents.ts';
import { LIFETIME, proofOf } from './proof.ts';
import { writeToken } from './reference.ts';
import type { RingConfirmation } from './sign-up.ts';

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
      return testEndpoint(deps, page, subscriber);
    case 'resend':
      return resendUpdate(deps, page, subscriber, request.update);
    case 'confirm':
    case 'code':
    case 'challenge':
      if (subscriber.state === 'active') return sendManageLink(deps, page, subscriber, 'already');
      if (isManageable(subscriber)) return remindOwner(deps, page, subscriber);
      if (subscriber.state !== 'pending') return { kind: 'nothing', cause: subscriber.state };
      if (isLapsed(subscriber, deps.clock.now())) return { kind: 'nothing', cause: 'lapsed' };
      return askOwner(deps, page, subscriber);
  }
}

/**
 * Somebody signs an endpoint up that was given up. Its owner gets a link to have it used again, unless they hold one that works: whoever
 * it is that signs up, that one must not die of it.
 */
async function remindOwner(
  deps: AnswerRequestDependencies,
  page: Page,
  endpoint: Subscriber,
): Promise<RequestAnswer> {
  const { manage } = endpoint.proofs ?? {};
  if (manage !== undefined && manage.expiresAt > deps.clock.now()) {
    return { kind: 'nothing', cause: 'holdsLink' };
  }
  return sendManageLink(deps, page, endpoint, 'endpointDisabled');
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
