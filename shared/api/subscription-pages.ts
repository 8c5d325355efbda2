import { Hono } from 'hono';
import { errorName } from '../runtime/log.ts';
import { isTrouble } from '../runtime/trouble.ts';
import { confirmRoutes } from './pages/confirm-routes.ts';
import type { SubscriptionPagesDependencies } from './pages/dependencies.ts';
import { leaveRoutes } from './pages/leave-routes.ts';
import { manageRoutes } from './pages/manage-routes.ts';
import { noSuchPage, troublePage } from './pages/message-page.ts';
import { subscribeRoutes } from './pages/subscribe-routes.ts';

/**
 * The pages of subscribers: signing up, confirming, changing one's mind, leaving. Whole on the server, with neither script nor
 * cookie. Mail scanners follow links, so GET, HEAD and OPTIONS change nothing: they show a button, and its POST acts. A form needs
 * no token against forged requests: what allows it is the secret in its path.
 */
export function subscriptionPages(deps: SubscriptionPagesDependencies): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    deps.log({ event: 'request.failed', route: context.req.routePath, error: errorName(error) });
    return troublePage(isTrouble(error) ? 503 : 500);
  });
  app.notFound(() => noSuchPage());
  subscribeRoutes(app, deps);
  confirmRoutes(app, deps);
  manageRoutes(app, deps);
  leaveRoutes(app, deps);
  return app;
}
