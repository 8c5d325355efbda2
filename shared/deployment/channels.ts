import type { Channel } from '../domain/channel.ts';

/**
 * How each channel is sized. One place, so that the times that must fit into one another do:
 * `callTimeoutMs < leaseMs < timeoutSeconds <= visibility / 6`.
 */
export interface ChannelSizing {
  /** Recipients of one ledger claim: at most one provider call's worth. */
  readonly windowSize: number;
  /** Rows that a chunk should hold at least; M is the largest power of two that leaves so many. */
  readonly rowsPerChunk: number;
  /** Provider calls in flight in one process, over all the chunks that it works on. */
  readonly parallelCalls: number;
  /** Longest that telling one delivery may take, all its calls together. */
  readonly callTimeoutMs: number;
  /** How long a claim holds; each confirm renews it, so it need only outlast one window. */
  readonly leaseMs: number;
  /** Lambda timeout. */
  readonly timeoutSeconds: number;
  /** Lambda memory, with the reason. */
  readonly memoryMb: number;
  readonly memoryReason: string;
  /** Batches of doorbells worked on at once (event source), 2 at least. */
  readonly maximumConcurrency: number;
}

export const CHANNEL_SIZING: Record<Channel, ChannelSizing> = {
  email: {
    windowSize: 50,
    rowsPerChunk: 500,
    parallelCalls: 10,
    callTimeoutMs: 10_000,
    leaseMs: 30_000,
    timeoutSeconds: 60,
    memoryMb: 512,
    memoryReason: 'ten chunks side by side need 0.15 vCPU and under 120 MB; 256 MB would leave no room',
    maximumConcurrency: 10,
  },
  sms: {
    windowSize: 10,
    rowsPerChunk: 50,
    parallelCalls: 20,
    callTimeoutMs: 10_000,
    leaseMs: 30_000,
    timeoutSeconds: 60,
    memoryMb: 512,
    memoryReason: 'the Twilio client costs 75 ms of import at a full vCPU; cold start is the normal path',
    maximumConcurrency: 5,
  },
  slack: {
    windowSize: 10,
    rowsPerChunk: 50,
    parallelCalls: 20,
    // The thread reply follows the edit of the root: two calls of at most 10 s each.
    callTimeoutMs: 20_000,
    leaseMs: 40_000,
    timeoutSeconds: 90,
    memoryMb: 512,
    memoryReason: 'as email; JSON of blocks for 20 calls in flight is small',
    maximumConcurrency: 5,
  },
  webhook: {
    windowSize: 100,
    rowsPerChunk: 200,
    parallelCalls: 200,
    callTimeoutMs: 15_000,
    leaseMs: 40_000,
    timeoutSeconds: 90,
    memoryMb: 1_024,
    memoryReason: 'a TLS handshake per endpoint costs 1.3 ms of a vCPU: 330 calls/s need 0.45 vCPU',
    maximumConcurrency: 10,
  },
};

/**
 * Of every delivery function, in MB. A sender keeps 25 MB alive, whatever the number of subscribers, and makes much garbage: left to
 * itself V8 spreads that over 300 MB before it tidies up (decision 36).
 */
export const DELIVERY_NODE_OPTIONS = '--max-semi-space-size=8 --max-old-space-size=128';

/**
 * The function that sends confirmations, on a queue of its own. Two invocations that each keep `spacingMs` between messages make 10
 * a second at most; and each message reserves its part of the provider's rate (`domain/pace.ts`).
 */
export const CONFIRMATION_SIZING = {
  spacingMs: 200,
  /** A webhook's challenge takes 15 s at most; a message begun with less than this left goes back. */
  callTimeoutMs: 20_000,
  timeoutSeconds: 90,
  memoryMb: 512,
  memoryReason: 'one call at a time; memory for a third of a vCPU, because most runs are cold starts',
  maximumConcurrency: 2,
} as const;

/** Doorbells per invocation: the largest batch that needs no batching window. */
export const BATCH_SIZE = 10;

/** Receives before a message counts as poison. Nothing that waits on purpose is counted. */
export const MAX_RECEIVE_COUNT = 5;

/** AWS asks for six function timeouts, so that a throttled event source does not burn receives. */
export const VISIBILITY_FACTOR = 6;

/** How long a queue of work brings a message again that its function returns, or does not get to: an outage of hours spends none. */
const PATIENCE_SECONDS = 24 * 3_600;

/** The receives that so long takes, one after each visibility timeout (decision 64). SQS takes 1,000 at most. */
export function patientReceives(visibilitySeconds: number): number {
  return Math.ceil(PATIENCE_SECONDS / visibilitySeconds);
}

/** The longest delay that SQS takes for one message. */
export const MAX_DELAY_SECONDS = 900;

/** Rows that a chunk should hold at least, by channel. */
export const ROWS_PER_CHUNK: Readonly<Record<Channel, number>> = {
  email: CHANNEL_SIZING.email.rowsPerChunk,
  sms: CHANNEL_SIZING.sms.rowsPerChunk,
  slack: CHANNEL_SIZING.slack.rowsPerChunk,
  webhook: CHANNEL_SIZING.webhook.rowsPerChunk,
};
