import type { Hono } from 'hono';
import type * as z from 'zod/mini';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import type { SubscriberCounts } from '../domain/placement.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { Order } from '../subscriptions/list-order.ts';
import type { Search } from '../subscriptions/list-search.ts';
import { listSubscribers } from '../subscriptions/list-subscribers.ts';
import { newApp } from './new-app.ts';
import { showSubscriber, showSubscriberWhole } from './statuspage-subscriber.ts';
import { subscriberId } from './subscriber-id.ts';
import {
  channelsOf,
  countQuerySchema,
  invalidQuery,
  limitOf,
  listQuerySchema,
  readCursor,
  readQuery,
  statesOf,
  unsubscribedQuerySchema,
} from './subscriber-query.ts';
import { requirePage, type SubscribersDependencies } from './subscribers-app.ts';

/** Pages up to this size are listed by address, as Statuspage does; larger ones as they are stored, unless asked. */
const SORTED_UNASKED = 10_000;

/** Keys of a sorted list that are held at once, at most: some 20 MB. */
const DEEPEST_SORTED = 100_000;

/** What there is: lists, counts, who left. */
export function subscriberListApp(deps: SubscribersDependencies): Hono {
  const app = newApp(deps.log);
  const listing = { subscribers: deps.adding.subscribers, rows: deps.rows, hash: deps.adding.hash };

  app.get('/v1/pages/:page/subscribers', async (context) => {
    const { page, counts } = await requirePage(deps, context.req.param());
    const query = readQuery(context.req.raw, listQuerySchema);
    const channels = channelsOf(query.type);
    const order = orderOf(query, sizeOf(counts, channels));
    const limit = limitOf(query);
    const skip = Number(query.page) * limit;
    if (order !== undefined && skip + limit > DEEPEST_SORTED) throw tooDeep();
    const after = query.after === undefined ? undefined : readCursor(query.after);
    const rows = await listSubscribers(
      listing,
      page.id,
      {
        channels,
        states: statesOf(query.state),
        now: deps.adding.clock.now(),
        ...(query.q !== undefined && { search: searchFor(query.q) }),
      },
      { skip, limit, ...(after && { after }), ...(order && { order }) },
    );
    const next = order === undefined && rows.length === limit ? rows.at(-1) : undefined;
    if (next) context.header('link', nextLink(context.req.url, next));
    return context.json(rows.map(query.addresses === 'whole' ? showSubscriberWhole : showSubscriber));
  });

  app.get('/v1/pages/:page/subscribers/count', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const { type, state } = readQuery(context.req.raw, countQuerySchema);
    const wanted = channelsOf(type);
    const counts = await tally(page.id, wanted);
    const total = (channel: Channel) =>
      statesOf(state).reduce((sum, one) => sum + (counts[channel]?.[one] ?? 0), 0);
    const { email, sms, webhook, slack } = Object.fromEntries(
      CHANNELS.map((channel) => [channel, total(channel)]),
    );
    return context.json({ email, sms, webhook, integration_partner: 0, slack });
  });

  app.get('/v1/pages/:page/subscribers/histogram_by_state', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const counts = await tally(page.id, CHANNELS);
    const bars = (channel: Channel) => {
      const { active = 0, pending: unconfirmed = 0, quarantined = 0 } = counts[channel] ?? {};
      return { active, unconfirmed, quarantined, total: active + unconfirmed + quarantined };
    };
    const none = { active: 0, unconfirmed: 0, quarantined: 0, total: 0 };
    return context.json({
      email: bars('email'),
      sms: bars('sms'),
      webhook: bars('webhook'),
      integration_partner: none,
      slack: bars('slack'),
    });
  });

  app.get('/v1/pages/:page/subscribers/unsubscribed', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const query = readQuery(context.req.raw, unsubscribedQuerySchema);
    const limit = limitOf(query);
    const filter = { channels: CHANNELS, states: ['unsubscribed'], now: deps.adding.clock.now() } as const;
    const rows = await listSubscribers(listing, page.id, filter, { skip: Number(query.page) * limit, limit });
    return context.json(rows.map(query.addresses === 'whole' ? showSubscriberWhole : showSubscriber));
  });

  return app;

  async function tally(page: string, channels: readonly Channel[]) {
    const now = deps.adding.clock.now();
    const counted = channels.map(
      async (channel) => [channel, await deps.rows.tally(page, channel, now)] as const,
    );
    return Object.fromEntries(await Promise.all(counted));
  }

  /** What is searched for, and whether it is an address as it stands. */
  function searchFor(text: string): Search {
    const body = /^https?:/.test(text)
      ? ({ channel: 'webhook', url: text } as const)
      : text.includes('@')
        ? ({ channel: 'email', email: text } as const)
        : ({ channel: 'sms', phone: text } as const);
    const normalised = deps.normalise(body);
    return 'fault' in normalised ? { text } : { text, address: normalised.address };
  }
}

function sizeOf(counts: SubscriberCounts, channels: readonly Channel[]): number {
  return channels.reduce((sum, channel) => sum + (counts[channel] ?? 0), 0);
}

/** The order asked for; Statuspage's default where that is cheap; else the order in which rows are stored. */
function orderOf(query: z.infer<typeof listQuerySchema>, size: number): Order | undefined {
  const { q, after, sort_field, sort_direction } = query;
  const isAsked = sort_field !== undefined || sort_direction !== undefined;
  if (after !== undefined && isAsked) {
    throw invalidQuery([{ path: 'after', message: 'Expected no sorting beside it, got both' }]);
  }
  if (sort_field === 'relevance' && q === undefined) {
    throw invalidQuery([
      { path: 'sort_field', message: 'Expected a search text (q) for relevance, got none' },
    ]);
  }
  if (after !== undefined || (!isAsked && size > SORTED_UNASKED)) return undefined;
  return { field: sort_field ?? 'primary', direction: sort_direction ?? 'asc' };
}

function tooDeep() {
  const message = `Expected a sorted list to end by row ${DEEPEST_SORTED}, got a page beyond; leave sorting out and follow the Link header`;
  return invalidQuery([{ path: 'page', message }]);
}

/** The same list after its last row: no row is read twice. */
function nextLink(url: string, last: Subscriber): string {
  const { searchParams } = new URL(url);
  searchParams.delete('page');
  searchParams.set('after', subscriberId(last));
  return `<?${searchParams}>; rel="next"`;
}
