import type { Hono } from 'hono';
import type { Log } from '../../shared/runtime/log.ts';
import { slackApp } from '../../shared/slack-app/app.ts';

const unused = (): never => {
  throw new Error('Expected nothing to be touched before the app is set up');
};

/** The Slack app of an operator who has not filled in its credentials: serves its routes, and says so on each. */
export function slackAppNotSetUp(shared: { readonly now: () => number; readonly log: Log }): Hono {
  return slackApp({
    ...shared,
    settings: async () => undefined,
    install: unused,
    commands: {
      teams: { installedFor: unused, hasOperatorToken: unused, page: unused },
      subscriptions: { active: unused, subscribe: unused, unsubscribe: unused },
      openIncidents: unused,
      later: unused,
    },
    events: {
      marks: { set: unused, isSet: unused, moveOn: unused },
      markBroken: unused,
      hash: unused,
      reactivate: unused,
      botUser: unused,
      later: unused,
      pagesOf: unused,
      subscribers: { get: unused, quarantine: unused },
      now: shared.now,
    },
    publicUrl: 'https://fanout.example.com',
  });
}
