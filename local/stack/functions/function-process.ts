import { type ChildProcess, fork } from 'node:child_process';
import { forwardLines } from '../lines.ts';
import { heapLimits } from './heap-limits.ts';
import type {
  FunctionError,
  InvocationRequest,
  InvocationResult,
  ProcessMessage,
  Usage,
} from './invocation.ts';
import type { DeployedFunction } from './read-functions.ts';

export interface ProcessSettings {
  readonly function: DeployedFunction;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** Lambda allows 10 s for the import of a bundle; a laptop that starts ten processes at once gets more. */
const START_LIMIT_MS = 30_000;

const ENDED_IDLE: FunctionError = { errorType: 'Runtime.ExitError', errorMessage: 'The process ended' };

/** One execution environment: imports the bundle once, then handles one invocation at a time. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  readonly #exited: Promise<void>;
  readonly #ready = Promise.withResolvers<FunctionError | undefined>();
  #answer: ((result: InvocationResult) => void) | undefined;
  #usage: Usage = { peakRssKb: 0, cpuMs: 0 };
  #gone = false;

  constructor({ function: fn, environment, onLine }: ProcessSettings) {
    this.#timeoutMs = fn.timeoutMs;
    const output = onLine === undefined ? 'ignore' : 'pipe';
    this.#child = fork(new URL('./bootstrap.ts', import.meta.url), [fn.modulePath, fn.handlerName], {
      cwd: fn.directory,
      env: environment,
      execArgv: [...heapLimits(fn.memoryMb, environment['NODE_OPTIONS'])],
      stdio: ['ignore', output, output, 'ipc'],
    });
    if (onLine !== undefined) {
      forwardLines(this.#child.stdout, onLine);
      forwardLines(this.#child.stderr, onLine);
    }
    // Only the bootstrap writes to this channel.
    this.#child.on('message', (message) => this.#receive(message as ProcessMessage));
    this.#exited = new Promise((resolve) => {
      const end = (detail: string) => {
        this.#gone = true;
        const error = { errorType: 'Runtime.ExitError', errorMessage: `The process ended: ${detail}` };
        this.#ready.resolve(error);
        this.#settle({ kind: 'exited', error });
        resolve();
      };
      this.#child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
      this.#child.once('error', (error) => end(error.message));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get usage(): Usage {
    return this.#usage;
  }

  /** Whether the process has ended: it takes no more invocations. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Resolves when the process has ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** Runs one invocation; the caller sees to it that there is one at a time. Never rejects. */
  async invoke(requestId: string, event: unknown): Promise<InvocationResult> {
    const failure = (await this.#started()) ?? (this.#gone ? ENDED_IDLE : undefined);
    if (failure !== undefined) {
      await this.kill();
      return { kind: 'exited', error: failure };
    }
    return new Promise((resolve) => {
      const deadline = Date.now() + this.#timeoutMs;
      const timer = setTimeout(() => this.#timeOut(), this.#timeoutMs);
      this.#answer = (result) => {
        clearTimeout(timer);
        resolve(result);
      };
      const request: InvocationRequest = { requestId, event, deadline };
      // A closed channel also ends in 'exit', which gives the answer.
      this.#child.send(request, () => undefined);
    });
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#gone = true;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #started(): Promise<FunctionError | undefined> {
    const timer = setTimeout(
      () => this.#ready.resolve({ errorType: 'Sandbox.Timedout', errorMessage: 'The import took too long' }),
      START_LIMIT_MS,
    );
    const failure = await this.#ready.promise;
    clearTimeout(timer);
    return failure;
  }

  #receive(message: ProcessMessage): void {
    if (message.kind !== 'failedToStart') this.#usage = message.usage;
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(undefined);
        break;
      case 'failedToStart':
        this.#ready.resolve(message.error);
        break;
      case 'returned':
        this.#settle({ kind: 'returned', payload: message.payload });
        break;
      case 'threw':
        this.#settle({ kind: 'threw', error: message.error });
        break;
    }
  }

  #timeOut(): void {
    const seconds = (this.#timeoutMs / 1_000).toFixed(2);
    const error = { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${seconds} seconds` };
    const answer = this.#answer;
    this.#answer = undefined;
    // Only once the process is gone may its caller act: until then it could still write and send.
    void this.kill().then(() => answer?.({ kind: 'timedOut', error }));
  }

  #settle(result: InvocationResult): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(result);
  }
}
