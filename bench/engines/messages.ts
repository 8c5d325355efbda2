import type { AwsCounts } from './counts.ts';
import type { SinkReport, SinkRules } from './sink.ts';
import type { SyntheticAudience } from './synthetic-subscribers.ts';

/** Asked of the process that holds the engines. Each is answered by one `EngineAnswer` with its `id`. */
export type EngineQuestion = { readonly id: number } & (
  | { readonly ask: 'audience'; readonly audience: SyntheticAudience }
  | { readonly ask: 'rules'; readonly rules: SinkRules }
  | { readonly ask: 'begin' }
  | { readonly ask: 'report' }
  | { readonly ask: 'counts' }
  | { readonly ask: 'usage' }
);

export type EngineAnswer =
  | { readonly kind: 'listening'; readonly urls: EngineUrls }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly value?: SinkReport | EngineCounts | EngineUsage;
    };

export interface EngineUrls {
  readonly tables: string;
  readonly queues: string;
  readonly sink: string;
}

export interface EngineCounts {
  readonly aws: AwsCounts;
  /** Messages that are in any queue: ready, delayed or being worked on. */
  readonly queued: number;
}

/** Of the engines' process since it started. */
export interface EngineUsage {
  readonly cpuMs: number;
}
