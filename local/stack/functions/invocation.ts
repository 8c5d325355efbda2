/** An error as Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: readonly string[];
}

/** How one invocation ended. Everything but `returned` is a function error to its caller. */
export type InvocationResult =
  | { readonly kind: 'returned'; readonly payload: unknown }
  | { readonly kind: 'threw'; readonly error: FunctionError }
  | { readonly kind: 'timedOut'; readonly error: FunctionError }
  /** The process ended by itself: out of memory, an unhandled rejection, a crash at import, a kill. */
  | { readonly kind: 'exited'; readonly error: FunctionError };

/** What a process of a function has used since it started. */
export interface Usage {
  readonly peakRssKb: number;
  readonly cpuMs: number;
}

/** Parent to function process. */
export interface InvocationRequest {
  readonly requestId: string;
  readonly event: unknown;
  /** Unix milliseconds at which the process is killed. */
  readonly deadline: number;
}

/** Function process to parent: `ready` once, then one answer per request. */
export type ProcessMessage =
  | { readonly kind: 'ready'; readonly usage: Usage }
  | { readonly kind: 'failedToStart'; readonly error: FunctionError }
  | { readonly kind: 'returned'; readonly payload?: unknown; readonly usage: Usage }
  | { readonly kind: 'threw'; readonly error: FunctionError; readonly usage: Usage };
