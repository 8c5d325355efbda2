import type { Settings } from '../cdk/check-settings.ts';

/** Settings of the tests' own: an operator's edit of `cdk/settings.ts` breaks no test. */
export const SETTINGS: Settings = {
  pageUrl: 'https://status.batch.test',
  email: {
    from: 'Batch Status <status@mail.batch.test>',
    identity: 'batch.test',
    postalAddress: '',
    onDoubt: 'resend',
  },
  sms: { countries: ['US'], dailyBudget: 100, dailyBudgetOfPage: 50, maxSegments: 2 },
  channels: {
    email: { on: true, perSecond: 14 },
    sms: { on: true, perSecond: 10 },
    slack: { on: true, perSecond: 5 },
    webhook: { on: true, perSecond: 300 },
  },
  logRetentionDays: 30,
  eventBusName: 'default',
};
