import type { AwsCounts } from '../engines/counts.ts';

/** What one run came to. */
export interface Figures {
  readonly rows: number;
  readonly expected: number;
  readonly told: number;
  /** Acceptances by the provider beyond the first of each recipient. */
  readonly repeated: number;
  readonly lost: number;
  /** From the call that publishes to its answer, which is after the last message is in the queue. */
  readonly planMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly perSecond: number;
  readonly planCpuMs: number;
  readonly sendCpuMs: number;
  /** Of the process that holds tables, queues and providers. */
  readonly engineCpuMs: number;
  readonly aws: AwsCounts;
  readonly throttledCalls: number;
  readonly invocations: number;
  readonly messages: number;
  readonly logBytes: number;
  /** The largest of the senders, since they started. */
  readonly peakRssMb: number;
  /** What the contender's own sweeper wrote when it closed this update. */
  readonly closing?: string;
}
