import type { Settings } from './check-settings.ts';

/**
 * What an operator decides. Edit this file, then `npx cdk deploy`. What each value means, and what is expected of
 * it: `check-settings.ts`, which reports all faults at once. Secrets do not belong here: the stack makes them in
 * Secrets Manager, and its outputs say which ones to fill in.
 */
export const settings: Settings = {
  pageUrl: 'https://status.example.com',

  email: {
    from: 'Example Status <status@example.com>',
    identity: 'example.com',
    postalAddress: '',
    onDoubt: 'resend',
  },

  // Countries that may sign up by SMS on the public pages, such as ['FR', 'GB']; texts a day that this may cost, in all and for one
  // page; and how long a text may be: a segment is 160 plain characters, and each is paid for.
  sms: { countries: [], dailyBudget: 200, dailyBudgetOfPage: 100, maxSegments: 2 },

  channels: {
    // SES says how many a second it takes; `perSecond` would lower that.
    email: { on: true },
    // As many as the Twilio messaging service's senders take together: a US long code 1, toll-free 3, short code 100.
    sms: { on: true, perSecond: 10 },
    // Slack allows 1 a second per conversation, and some hundreds a minute per workspace.
    slack: { on: true, perSecond: 5 },
    webhook: { on: true, perSecond: 300 },
  },

  logRetentionDays: 30,
  eventBusName: 'default',
};
