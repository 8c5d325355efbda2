import type { SendQuota } from '@aws-sdk/client-sesv2';

/**
 * How much of the account's mails of 24 hours are sent, in percent; undefined where SES sets no limit (-1) or says nothing.
 * (Source: SES API v2, `SendQuota`.)
 */
export function quotaUsedPercent({ Max24HourSend, SentLast24Hours }: SendQuota = {}): number | undefined {
  if (Max24HourSend === undefined || SentLast24Hours === undefined || Max24HourSend <= 0) return undefined;
  return (SentLast24Hours / Max24HourSend) * 100;
}
