/** Where the metrics that the log lines carry are found in CloudWatch. */
export const METRIC_NAMESPACE = 'IncidentFanout';

/** A sign-up form that was answered, by `answer`: its metric is the time it took, so its sample count is their number. */
export const SIGN_UP_METRIC = { name: 'durationMs', dimension: 'answer', budgetSpent: 'smsBudget' } as const;

/** What SES reports of mails, by what came of it (`judgement`). */
export const MAIL_METRIC = { name: 'reports', dimension: 'judgement' } as const;
