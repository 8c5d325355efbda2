import { createHash } from 'node:crypto';
import type { Announcement } from '../../shared/channels/channel.ts';
import type { ConfirmationRequest } from '../../shared/domain/confirmation.ts';
import type { Outcome } from '../../shared/domain/outcome.ts';
import type { Page } from '../../shared/domain/page.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import { type CodeTallyStore, codeTallyStore } from '../../shared/store/code-tallies.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { type Counter, type LimitStore, limitStore } from '../../shared/store/limits.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { signUpStore } from '../../shared/store/sign-ups.ts';
import { subscriberStore } from '../../shared/store/subscribers.ts';
import { updateStore } from '../../shared/store/updates.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import { answerRequest } from '../../shared/subscriptions/answer-request.ts';
import type { LinkTarget } from '../../shared/subscriptions/link-token.ts';
import type { Errand, MailRecipient } from '../../shared/subscriptions/messengers.ts';
import { checkMobileNumber } from '../../shared/subscriptions/mobile-number.ts';
import { numberGuard } from '../../shared/subscriptions/number-guard.ts';
import { type SelfServedAddress, type SignUp, signUp } from '../../shared/subscriptions/sign-up.ts';
import type { TestTables } from '../engine/dynamodb.ts';
import { virtualClock } from '../fanout/virtual-clock.ts';

export const ADDRESS_KEY = 'test-key';

/** What somebody received about their subscription. */
export interface Received {
  readonly to: string;
  readonly errand: Errand;
}

let desks = 0;

/** Sign-up and all that follows, on real stores, a virtual clock and a queue that waits to be worked off. */
export function openDesk({ client, names }: TestTables, options: { readonly limits?: LimitStore } = {}) {
  const page: Page = { id: `desk${++desks}`, name: 'Batch', url: 'https://status.batch.com', components: [] };
  const clock = virtualClock(desks);
  const queue: ConfirmationRequest[] = [];
  const received: Received[] = [];
  const told: { readonly update: string; readonly h: string }[] = [];
  const challenged: string[] = [];
  const lifted: string[] = [];
  const pinged: string[] = [];
  let outcome: Outcome = { kind: 'sent', providerId: '1' };
  let echoes = true;

  const limits = ofDesk(page.id, options.limits ?? limitStore(client, names.deliveries));
  const deps = {
    subscribers: subscriberStore(client, names.subscribers),
    signUps: signUpStore(client, names.subscribers),
    limits,
    numbers: numberGuard({ tallies: talliesOf(page.id, codeTallyStore(client, names.deliveries)) }),
    pages: pageStore(client, names.incidents),
    incidents: incidentStore(client, names.incidents, clock.newId),
    updates: updateStore(client, names.incidents),
    activity: pageActivityStore(client, names.incidents, clock.newId),
    // One address is the same on all pages, and desks share the tables: each has a key of its own.
    hash: (address: Subscriber['address']) => addressHash(`${ADDRESS_KEY}${page.id}`, address),
    checkNumber: checkMobileNumber,
    sms: { countries: ['FR', 'US'], dailyBudget: 1_000, dailyBudgetOfPage: 1_000 },
    ring: async (request: ConfirmationRequest) => void queue.push(request),
    publicUrl: 'https://api.example',
    clock,
    messengers: {
      async mail(to: MailRecipient, _page: Page, errand: Errand) {
        if (outcome.kind === 'sent') received.push({ to: to.email, errand });
        return outcome;
      },
      async unsuppress(email: string) {
        if (outcome.kind !== 'sent') return { cause: outcome.cause };
        lifted.push(email);
        return undefined;
      },
      async text(to: string, _page: Page, errand: Errand) {
        if (outcome.kind === 'sent') received.push({ to, errand });
        return outcome;
      },
      async challenge(_endpoint: Subscriber<'webhook'>, challenge: string): Promise<'agreed' | 'askOwner'> {
        challenged.push(challenge);
        return echoes ? 'agreed' : 'askOwner';
      },
      invites: ({ format }: Subscriber<'webhook'>) => format === 'discord',
      async invite({ address }: Subscriber<'webhook'>, _page: Page, url: string) {
        received.push({ to: address.url, errand: { kind: 'confirm', url, channel: 'webhook' } });
        return outcome;
      },
      async ping({ h }: Subscriber<'webhook'>) {
        pinged.push(h);
        return outcome;
      },
      async tell({ update }: Announcement, { h }: Subscriber) {
        told.push({ update: update.id, h });
        return outcome;
      },
    },
  };

  let clients = 0;
  /** From a network of its own unless said otherwise. */
  const sign = (address: SelfServedAddress, more: Partial<SignUp> = {}) =>
    signUp(deps, {
      page,
      address,
      scope: { kind: 'page' },
      clientIp: `10.${Math.floor(++clients / 200)}.${clients % 200}.7`,
      ...(address.channel === 'webhook' && { ownerEmail: 'owner@example.com' }),
      ...more,
    });

  const answerNext = () => {
    const request = queue.shift();
    if (request === undefined) throw new Error('Expected a request in the queue, got none');
    return answerRequest(deps, request);
  };

  return {
    page,
    clock,
    deps,
    queue,
    received,
    told,
    lifted,
    challenged,
    pinged,
    sign,
    answerNext,
    async answerAll() {
      const answers = [];
      while (queue.length > 0) answers.push(await answerNext());
      return answers;
    },
    open: () => deps.pages.put(page),
    row: ({ page: id, channel, h }: LinkTarget) => deps.subscribers.get(id, channel, h),
    targetOf: (address: SelfServedAddress): LinkTarget => ({
      page: page.id,
      channel: address.channel,
      h: deps.hash(address),
    }),
    /** The token at the end of the last link that was sent. */
    lastToken(): string {
      const errand = received.at(-1)?.errand;
      if (errand === undefined || !('url' in errand)) throw new Error('Expected a link to have been sent');
      return errand.url.slice(errand.url.lastIndexOf('/') + 1);
    },
    lastCode(): string {
      const errand = received.at(-1)?.errand;
      if (errand?.kind !== 'code') throw new Error('Expected a code to have been sent');
      return errand.code;
    },
    providersAnswer(next: Outcome) {
      outcome = next;
    },
    endpointsEcho(next: boolean) {
      echoes = next;
    },
  };
}

/** Desks share the tables: what one has used up must not hold up another. */
function ofDesk(desk: string, { take, look, giveBack }: LimitStore): LimitStore {
  const own = (counters: readonly Counter[]) =>
    counters.map((counter) => ({ ...counter, subject: `${desk}#${counter.subject}` }));
  return {
    take: (counters, now) => take(own(counters), now),
    look: (counters, now) => look(own(counters), now),
    giveBack: (counters, now) => giveBack(own(counters), now),
  };
}

function talliesOf(desk: string, { add, sum }: CodeTallyStore): CodeTallyStore {
  return {
    add: (subject, ...rest) => add(`${desk}#${subject}`, ...rest),
    sum: (subjects, spans) =>
      sum(
        subjects.map((subject) => `${desk}#${subject}`),
        spans,
      ),
  };
}

export type Desk = ReturnType<typeof openDesk>;

export const email = (name: string) => ({ channel: 'email', email: `${name}@example.com` }) as const;
export const MOBILE = { channel: 'sms', phone: '+33612345678' } as const;
export const ENDPOINT = { channel: 'webhook', url: 'https://hooks.example.com/in' } as const;

/** Random bytes from a seed. */
export function bytes(seed: string): Buffer {
  return createHash('sha256').update(seed).digest();
}
