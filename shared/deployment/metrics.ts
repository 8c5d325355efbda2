/** Where the metrics that the log lines carry are found in CloudWatch. */
export const METRIC_NAMESPACE = 'IncidentFanout';

/** A delivery report by SMS, by what was made of it. */
export const SMS_REPORT_METRIC = {
  name: 'reports',
  dimension: 'result',
  senderRefused: 'senderRefused',
} as const;

/** A sign-up form that was answered, by `answer`: its metric is the time it took, so its sample count is their number. */
export const SIGN_UP_METRIC = {
  name: 'durationMs',
  dimension: 'answer',
  budgetSpent: 'smsBudget',
  pageBudgetSpent: 'smsPageBudget',
  rangeClosed: 'numberRange',
} as const;

/** What SES reports of mails, by what came of it (`judgement`). */
export const MAIL_METRIC = { name: 'reports', dimension: 'judgement' } as const;

/** A channel whose provider takes nothing just now, by `channel`: 1 for each sweep that finds it so. */
export const PAUSED_METRIC = { name: 'paused', dimension: 'channel' } as const;

/** Updates and reminders that a sweep could not deal with. */
export const SWEEP_TROUBLES = 'troubles';

/** How much of SES's quota of 24 hours is used, in percent, whenever SES was asked for its rate. */
export const EMAIL_QUOTA = 'emailQuotaPercent';
