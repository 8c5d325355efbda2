import { CHANNEL_SIZING } from '../shared/deployment/channels.ts';
import type { ContenderSpec } from './contenders/contenders.ts';
import { totalCalls } from './engines/counts.ts';
import type { Figures } from './session/figures.ts';

/** List prices in us-east-1, in dollars, without free tier. `docs/performance.md` says where they are from. */
export const PRICES = {
  writeUnits: 0.625 / 1e6,
  readUnits: 0.125 / 1e6,
  sqsRequest: 0.4 / 1e6,
  /** A message with a group on a standard queue. */
  sqsFairRequest: 0.5 / 1e6,
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  logByte: 0.5 / 1e9,
} as const;

/** What a call takes on AWS: estimates from published figures, needed for the price of waiting. Not measured here. */
export const WAITS_MS = { dynamodb: 10, sendEmail: 50, sendBulkEmail: 300 } as const;

export interface Cost {
  readonly writes: number;
  readonly reads: number;
  readonly sqs: number;
  readonly lambda: number;
  readonly logs: number;
  readonly sum: number;
}

/**
 * Dollars for a million notifications, the provider's fee left out. Everything but Lambda's seconds is counted. Those are
 * the waits of a batch of messages, which are worked on side by side: the calls of one message, one after the other, times
 * the messages, divided by how many came in a batch.
 */
export function costPerMillion(figures: Figures, { fairQueue }: ContenderSpec): Cost {
  const { aws, told, invocations, messages, logBytes } = figures;
  const each = 1e6 / told;
  const sqsCalls = countOf(figures, 'sqs.');
  const perBatch = invocations === 0 ? 1 : messages / invocations;
  const waitMs =
    sequentialDynamoCalls(figures) * WAITS_MS.dynamodb +
    (aws.calls['ses.SendEmail'] ?? 0) * WAITS_MS.sendEmail +
    (aws.calls['ses.SendBulkEmail'] ?? 0) * WAITS_MS.sendBulkEmail;
  const gigabytes = CHANNEL_SIZING.email.memoryMb / 1_024;
  const gbSeconds = (waitMs / perBatch / 1_000) * gigabytes;
  const cost = {
    writes: aws.writeUnits * PRICES.writeUnits * each,
    reads: aws.readUnits * PRICES.readUnits * each,
    sqs: sqsCalls * (fairQueue ? PRICES.sqsFairRequest : PRICES.sqsRequest) * each,
    lambda: (gbSeconds * PRICES.lambdaGbSecond + invocations * PRICES.lambdaRequest) * each,
    logs: logBytes * PRICES.logByte * each,
  };
  return { ...cost, sum: Object.values(cost).reduce((a, b) => a + b, 0) };
}

/** B claims fifty recipients at once, so fifty of its writes are one wait. */
function sequentialDynamoCalls(figures: Figures): number {
  const calls = countOf(figures, 'dynamodb.');
  const bulk = figures.aws.calls['ses.SendBulkEmail'] ?? 0;
  const inParallel = bulk > 0 && calls > 10 * bulk;
  return inParallel ? bulk : calls;
}

function countOf({ aws }: Figures, prefix: string): number {
  const calls = Object.fromEntries(Object.entries(aws.calls).filter(([name]) => name.startsWith(prefix)));
  return totalCalls({ ...aws, calls });
}

/** Calls of AWS per notification: SES is one of them, Twilio and Slack are none. */
export function awsCallsPerNotification(figures: Figures): number {
  const ofAws = ['dynamodb.', 'sqs.', 'ses.'].reduce((sum, prefix) => sum + countOf(figures, prefix), 0);
  return ofAws / figures.told;
}
