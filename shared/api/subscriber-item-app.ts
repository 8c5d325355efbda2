import type { Hono } from 'hono';
import { isLapsed, type Subscriber } from '../domain/subscriber.ts';
import { askAgain as askOnceMore } from '../subscriptions/ask-again.ts';
import { contactOf } from '../subscriptions/list-contact.ts';
import { newApp } from './new-app.ts';
import { ProblemError, tooOften } from './problem.ts';
import { parseValue } from './read-body.ts';
import { showSubscriber } from './statuspage-subscriber.ts';
import { patchSchema, readJsonOrForm, toScope } from './subscriber-bodies.ts';
import { readSubscriberId } from './subscriber-id.ts';
import { deleteQuerySchema, readQuery } from './subscriber-query.ts';
import { queueTrouble, requireKnown, requirePage, type SubscribersDependencies } from './subscribers-app.ts';

/** One subscriber by id: look, change, end, ask again. */
export function subscriberItemApp(deps: SubscribersDependencies): Hono {
  const app = newApp(deps.log);
  const { subscribers, clock } = deps.adding;

  app.get('/v1/pages/:page/subscribers/:subscriber', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    return context.json(
      showSubscriber(await requireSubscriber(deps, page.id, context.req.param('subscriber'))),
    );
  });

  app.patch('/v1/pages/:page/subscribers/:subscriber', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const id = context.req.param('subscriber');
    const subscriber = await requireSubscriber(deps, page.id, id);
    const body = parseValue(await readJsonOrForm(context.req.raw), patchSchema);
    const scope = toScope(body, subscriber.scope);
    requireKnown(page, scope, 'component_ids', 'group_ids');
    if (!(await deps.rows.setScope(subscriber, scope))) throw hasLeft();
    return context.json(showSubscriber(await requireSubscriber(deps, page.id, id)));
  });

  // Nobody is written to about it: Statuspage's skip_unsubscription_notification is always true here.
  app.delete('/v1/pages/:page/subscribers/:subscriber', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    readQuery(context.req.raw, deleteQuerySchema);
    const id = context.req.param('subscriber');
    const { channel, h } = await requireSubscriber(deps, page.id, id);
    await subscribers.unsubscribe(page.id, channel, h, clock.now());
    return context.json(showSubscriber(await requireSubscriber(deps, page.id, id)));
  });

  app.post('/v1/pages/:page/subscribers/:subscriber/resend_confirmation', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const subscriber = await requireSubscriber(deps, page.id, context.req.param('subscriber'));
    await askAgain(deps, subscriber);
    return context.json(showSubscriber(subscriber), 201);
  });

  return app;
}

/** The subscriber that an id of the path names on this page. Throws a ProblemError when there is none. */
export async function requireSubscriber(
  { adding }: Pick<SubscribersDependencies, 'adding'>,
  page: string,
  id: string,
): Promise<Subscriber> {
  const names = readSubscriberId(id);
  const rows = await Promise.all(names.map(({ channel, h }) => adding.subscribers.get(page, channel, h)));
  const now = adding.clock.now();
  const found = rows.find((row) => row && contactOf(row.address) !== '' && !isLapsed(row, now));
  if (found !== undefined) return found;
  throw new ProblemError({
    status: 404,
    code: 'unknown-subscriber',
    detail: 'Expected a subscriber of the page to have this id, got nobody',
  });
}

/** Puts the question to a pending subscriber once more. Throws a ProblemError when it cannot be put. */
export async function askAgain(
  { confirmations, limits, adding }: Pick<SubscribersDependencies, 'confirmations' | 'limits' | 'adding'>,
  subscriber: Subscriber,
): Promise<void> {
  if (subscriber.state !== 'pending') {
    throw new ProblemError({
      status: 422,
      code: 'wrong-state',
      detail: `Expected an unconfirmed subscriber, got one that is ${subscriber.state}`,
    });
  }
  const now = adding.clock.now();
  const asked = await askOnceMore({ confirmations, limits }, subscriber, now);
  if (asked.kind === 'refused') throw queueTrouble();
  if (asked.kind === 'tooOften') throw tooOften('one in ten minutes and three a day', asked.until, now);
}

function hasLeft(): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'left',
    detail: 'Expected somebody who is subscribed, got one who has left: nothing was changed',
  });
}
