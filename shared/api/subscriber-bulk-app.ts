import type { Hono } from 'hono';
import type { CHANNELS } from '../domain/channel.ts';
import { isLapsed, type Subscriber } from '../domain/subscriber.ts';
import { withinLimits } from '../subscriptions/ask-again.ts';
import { askToConfirm } from '../subscriptions/ask-to-confirm.ts';
import { inBatches } from '../subscriptions/list-batches.ts';
import { mayReactivate } from '../subscriptions/list-revivable.ts';
import { type Filter, walkMatching } from '../subscriptions/list-subscribers.ts';
import { newApp } from './new-app.ts';
import { parseValue } from './read-body.ts';
import { reactivateSchema, readJsonOrForm, resendSchema, unsubscribeSchema } from './subscriber-bodies.ts';
import { readSubscriberId } from './subscriber-id.ts';
import { channelsOf, MOST_ROWS, statesOf } from './subscriber-query.ts';
import { invalidField, queueTrouble, requirePage, type SubscribersDependencies } from './subscribers-app.ts';

/** Rows that are written at once. */
const AT_ONCE = 25;

/**
 * Many at a time: ids, or "all". Ids that nobody has are passed over, malformed ones refuse the whole request before anything is
 * done. Each row is changed by a write of its own, so that a request which was cut short can be made again.
 */
export function subscriberBulkApp(deps: SubscribersDependencies): Hono {
  const app = newApp(deps.log);
  const { subscribers, clock } = deps.adding;

  app.post('/v1/pages/:page/subscribers/unsubscribe', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const {
      subscribers: wanted,
      type,
      state,
    } = parseValue(await readJsonOrForm(context.req.raw), unsubscribeSchema);
    const filter = { channels: channelsOf(type), states: statesOf(state), now: clock.now() };
    const rows = await collect(select(page.id, wanted, filter), MOST_ROWS);
    if (wanted === 'all' && rows.length >= MOST_ROWS) {
      const message = `Expected "all" for fewer than ${MOST_ROWS} subscribers, got more; name up to ${MOST_ROWS} ids`;
      throw invalidField('subscribers', message);
    }
    const unsubscribed = await countDone(rows, ({ channel, h }) =>
      subscribers.unsubscribe(page.id, channel, h, clock.now()),
    );
    return context.json({ unsubscribed }, 201);
  });

  app.post('/v1/pages/:page/subscribers/reactivate', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const { subscribers: wanted, type } = parseValue(await readJsonOrForm(context.req.raw), reactivateSchema);
    const filter: Filter = { channels: channelsOf(type), states: ['quarantined'], now: clock.now() };
    let kept = 0;
    const reactivated = await countDone(select(page.id, wanted, filter), async (row) => {
      if (mayReactivate(row))
        return deps.rows.reactivate(
          row,
          clock.now(),
          row.channel === 'webhook' ? row.quarantine?.at : undefined,
        );
      kept++;
      return false;
    });
    return context.json({ reactivated, kept }, 201);
  });

  app.post('/v1/pages/:page/subscribers/resend_confirmation', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const { subscribers: wanted } = parseValue(await readJsonOrForm(context.req.raw), resendSchema);
    const filter: Filter = { channels: ['email'], states: ['pending'], now: clock.now() };
    let pending = 0;
    const counted = async function* () {
      for await (const row of select(page.id, wanted, filter)) {
        pending++;
        yield row;
      }
    };
    const rows = withinLimits(deps, counted(), clock.now);
    const { sent, refused } = await askToConfirm(deps.confirmations, rows);
    if (refused > 0) throw queueTrouble();
    return context.json({ sent, kept: pending - sent }, 201);
  });

  return app;

  /** The rows that are meant, and that the filter lets through. */
  function select(
    page: string,
    wanted: readonly string[] | 'all',
    filter: Filter,
  ): AsyncGenerator<Subscriber> {
    if (wanted === 'all') return walkMatching(deps, page, filter);
    const names = wanted.map((id, index) => {
      const found = readSubscriberId(id);
      if (found.length === 0) {
        throw invalidField(`subscribers.${index}`, 'Expected the id of a subscriber, got another text');
      }
      return found;
    });
    return readNamed(page, names.flat(), filter);
  }

  async function* readNamed(
    page: string,
    names: readonly { readonly channel: (typeof CHANNELS)[number]; readonly h: string }[],
    { channels, states, now }: Filter,
  ): AsyncGenerator<Subscriber> {
    for await (const batch of inBatches(names, AT_ONCE)) {
      const rows = await Promise.all(batch.map(({ channel, h }) => subscribers.get(page, channel, h)));
      for (const row of rows) {
        if (row === undefined || isLapsed(row, now)) continue;
        if (channels.includes(row.channel) && states.includes(row.state)) yield row;
      }
    }
  }
}

async function countDone(
  rows: AsyncIterable<Subscriber> | Iterable<Subscriber>,
  change: (row: Subscriber) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  for await (const batch of inBatches(rows, AT_ONCE)) {
    const changed = await Promise.all(batch.map(change));
    done += changed.filter(Boolean).length;
  }
  return done;
}

async function collect<T>(items: AsyncIterable<T>, most: number): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length >= most) break;
  }
  return found;
}
