import type { Hono } from 'hono';
import type { Page } from '../../domain/page.ts';
import { asEndpoint, type Choice, type Subscriber } from '../../domain/subscriber.ts';
import { noSooner } from '../../runtime/no-sooner.ts';
import {
  changeSubscription,
  leaveByManage,
  openManage,
  requestManageLink,
  showSecretOnce,
} from '../../subscriptions/manage.ts';
import { choiceOf, judgeChoice, readChoice } from './choice-form.ts';
import { clientIp } from './client-ip.ts';
import type { SubscriptionPagesDependencies } from './dependencies.ts';
import { pressEndpointButton } from './endpoint-acts.ts';
import { findPage, namedIncidents, pageOfToken } from './look-up.ts';
import { deadManageLink, manageLinkPage, manageLinkSentPage } from './manage-link-page.ts';
import { type ManageNotice, type ManageView, managePage, NOTICES } from './manage-page.ts';
import { brokenLink, formTooLarge } from './message-page.ts';
import { readFields } from './read-fields.ts';
import { tooManyNotice } from './too-many.ts';
import { unsubscribedPage } from './unsubscribe-page.ts';

type Deps = Pick<
  SubscriptionPagesDependencies,
  | 'lookUps'
  | 'managing'
  | 'acting'
  | 'requesting'
  | 'leaving'
  | 'lastTold'
  | 'attempts'
  | 'signingSecret'
  | 'publicKey'
  | 'evenMs'
  | 'log'
>;

/** Changing one's mind: by a manage link, and by the link in a message that sends one. */
export function manageRoutes(app: Hono, deps: Deps): void {
  const { lookUps } = deps;
  const target = (token: string) => deps.leaving.readLink(token, 'manage');

  app.get('/m/:token', async (context) => {
    const token = context.req.param('token');
    const known = await target(token);
    if (known === undefined) return brokenLink();
    return manageLinkPage(token, known.channel, await findPage(lookUps, known.page));
  });

  app.post('/m/:token', async (context) => {
    const token = context.req.param('token');
    const known = await target(token);
    if (known === undefined) return brokenLink();
    const page = await findPage(lookUps, known.page);
    if (known.channel === 'slack') return manageLinkPage(token, known.channel, page);
    const asked = await noSooner(deps.evenMs, () =>
      requestManageLink(deps.requesting, known, clientIp(context)),
    );
    if (asked.kind === 'accepted') return manageLinkSentPage(known.channel, page);
    const { notice, status } = tooManyNotice(asked.who, asked.until, deps.requesting.clock.now());
    return manageLinkPage(token, known.channel, page, { notice, status });
  });

  app.get('/manage/:token', async (context) => {
    const token = context.req.param('token');
    const done = Object.keys(NOTICES).find((name) => context.req.query('done') === name);
    return show(deps, token, { done: done as ManageNotice | undefined }); // one of its keys
  });

  app.post('/manage/:token', async (context) => {
    const token = context.req.param('token');
    const fields = await readFields(context.req.raw);
    if (fields === undefined) return formTooLarge();
    switch (fields.get('do')) {
      case 'save':
        return save(deps, token, fields);
      case 'pause':
        return setPaused(deps, token, true);
      case 'resume':
        return setPaused(deps, token, false);
      case 'secret':
        return showSecret(deps, token);
      case 'leave':
        return leaveNow(deps, token);
      default:
        return press(deps, token, fields);
    }
  });
}

async function press(deps: Deps, token: string, fields: URLSearchParams): Promise<Response> {
  const pressed = await pressEndpointButton(deps, token, fields);
  if (pressed === undefined) return show(deps, token);
  switch (pressed.kind) {
    case 'load':
      return loadAgain(pressed.token, pressed.done);
    case 'drawWithSecret': {
      const { subscriber, token: next } = pressed.changed;
      return draw(deps, next, subscriber, { secret: deps.signingSecret(subscriber) });
    }
    default:
      return dead(deps, token, pressed.kind);
  }
}

type Shown = Partial<Pick<ManageView, 'done' | 'form' | 'faults' | 'secret'>>;

async function show(deps: Deps, token: string, shown: Shown = {}): Promise<Response> {
  const opened = await openManage(deps.managing, token);
  if (opened.kind !== 'open') return dead(deps, token, opened.kind);
  return draw(deps, token, opened.subscriber, shown);
}

async function save(deps: Deps, token: string, fields: URLSearchParams): Promise<Response> {
  const opened = await openManage(deps.managing, token);
  if (opened.kind !== 'open') return dead(deps, token, opened.kind);
  const { subscriber } = opened;
  const page = (await findPage(deps.lookUps, subscriber.page)) ?? forgotten(subscriber.page);
  const form = readChoice(fields);
  const judged = judgeChoice(form, page, choiceOf(subscriber).incidents);
  if ('faults' in judged) return draw(deps, token, subscriber, { form, faults: judged.faults });
  return change(deps, token, { ...judged.choice, paused: subscriber.paused === true }, 'saved');
}

async function setPaused(deps: Deps, token: string, paused: boolean): Promise<Response> {
  const opened = await openManage(deps.managing, token);
  if (opened.kind !== 'open') return dead(deps, token, opened.kind);
  const { scope, filters } = opened.subscriber;
  return change(deps, token, { scope, ...(filters && { filters }), paused }, paused ? 'paused' : 'resumed');
}

/** The answer to a button leads to the page, so that loading it again changes nothing. */
function loadAgain(token: string, done: ManageNotice): Response {
  return new Response(null, {
    status: 303,
    headers: {
      location: `/manage/${token}?done=${done}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  });
}

/** The token is used up by the change: the answer leads to the next one. */
async function change(
  deps: Deps,
  token: string,
  choice: Choice & { readonly paused: boolean },
  done: ManageNotice,
): Promise<Response> {
  const changed = await changeSubscription(deps.managing, token, choice);
  if (changed.kind !== 'changed') return dead(deps, token, changed.kind);
  return loadAgain(changed.token, done);
}

async function showSecret(deps: Deps, token: string): Promise<Response> {
  const shown = await showSecretOnce(deps.managing, token);
  if (shown.kind === 'shownBefore') return show(deps, token);
  if (shown.kind !== 'changed') return dead(deps, token, shown.kind);
  const { subscriber } = shown;
  return draw(deps, shown.token, subscriber, { secret: deps.signingSecret(subscriber) });
}

async function leaveNow(deps: Deps, token: string): Promise<Response> {
  const left = await leaveByManage(deps.managing, token);
  if (left.kind !== 'left') return dead(deps, token, left.kind);
  const { page, channel, h } = left.target;
  deps.log({ event: 'subscription.ended', page, channel, h });
  return unsubscribedPage(page);
}

async function draw(deps: Deps, token: string, subscriber: Subscriber, shown: Shown): Promise<Response> {
  const { paused: _paused, ...unpaused } = subscriber;
  const endpoint = asEndpoint(subscriber);
  const [page, incidents, told, attempts] = await Promise.all([
    findPage(deps.lookUps, subscriber.page),
    namedIncidents(deps.lookUps, subscriber.page, subscriber.scope),
    // Who pauses now was told before.
    deps.lastTold(unpaused),
    endpoint === undefined ? [] : deps.attempts(endpoint),
  ]);
  return managePage({
    ...shown,
    token,
    page: page ?? forgotten(subscriber.page),
    subscriber,
    incidents,
    told,
    ...(endpoint && {
      endpoint: { attempts, publicKey: deps.publicKey(subscriber), now: deps.managing.clock.now() },
    }),
  });
}

/** A page whose catalogue is gone: its subscribers can still change and leave. */
function forgotten(id: string): Page {
  return { id, name: 'this page', url: '', components: [] };
}

async function dead(deps: Deps, token: string, kind: 'invalid' | 'expired'): Promise<Response> {
  return deadManageLink(kind, await pageOfToken(deps.lookUps, token));
}
