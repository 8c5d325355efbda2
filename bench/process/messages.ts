import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** Asked of a contender's process; answered by one `ContenderAnswer` with the same `id`. */
export type ContenderQuestion = { readonly id: number } & (
  | { readonly ask: 'plan'; readonly update: string }
  | { readonly ask: 'invoke'; readonly event: SQSEvent; readonly remainingMs: number }
  | { readonly ask: 'usage' }
);

export type ContenderAnswer =
  | { readonly kind: 'ready'; readonly usage: Usage }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'threw'; readonly id: number; readonly error: string };

/** Of one process since it started. */
export interface Usage {
  readonly cpuMs: number;
  readonly peakRssMb: number;
  readonly heapMb: number;
}

/**
 * One way of telling subscribers, in two roles that run in processes of their own, as two functions would: `plan` puts an
 * update onto the way, `handle` answers a batch of queue messages. One that has no queue of AWS's works by itself.
 */
export interface Contender {
  plan?(update: string): Promise<void>;
  handle?(event: SQSEvent, remainingMs: number): Promise<SQSBatchResponse>;
}
