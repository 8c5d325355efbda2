import type { Hono } from 'hono';
import { leave } from '../../subscriptions/leave.ts';
import type { SubscriptionPagesDependencies } from './dependencies.ts';
import { findPage } from './look-up.ts';
import { brokenLink } from './message-page.ts';
import { unsubscribedPage, unsubscribePage } from './unsubscribe-page.ts';

type Deps = Pick<SubscriptionPagesDependencies, 'lookUps' | 'leaving' | 'log'>;

/** Leaving. The POST is the one-click unsubscribe of RFC 8058: no cookie, no redirect, 200 for every token. */
export function leaveRoutes(app: Hono, { lookUps, leaving, log }: Deps): void {
  app.get('/u/:token', async (context) => {
    const token = context.req.param('token');
    const known = await leaving.readLink(token, 'unsubscribe');
    if (known === undefined) return brokenLink();
    return unsubscribePage(token, known.channel, await findPage(lookUps, known.page));
  });

  app.post('/u/:token', async (context) => {
    const left = await leave(leaving, context.req.param('token'));
    // No look-up here: leaving depends on one write, and on keys that are held.
    if (left.kind === 'nothing') return unsubscribedPage();
    const { page, channel, h } = left.target;
    log({ event: 'subscription.ended', page, channel, h });
    return unsubscribedPage(page);
  });
}
