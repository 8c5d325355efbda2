import { randomUUID } from 'node:crypto';
import { FunctionProcess, type ProcessSettings } from './function-process.ts';
import type { InvocationResult } from './invocation.ts';

/** What a function has done so far. */
export interface FunctionStatistics {
  readonly invocations: number;
  /** Invocations that did not return, timeouts included. */
  readonly errors: number;
  readonly timeouts: number;
  /** Processes started. */
  readonly processes: number;
  /** Largest resident set that any process reported, in MiB. */
  readonly peakRssMb: number;
  /** CPU time of all processes, user and system, imports included. */
  readonly cpuMs: number;
}

/**
 * The processes of one function: started when an invocation finds none free, at most `limit`, then reused. Past
 * the limit, invocations wait in order of arrival.
 */
export class FunctionPool {
  readonly #settings: ProcessSettings;
  readonly #limit: number;
  readonly #alive = new Set<FunctionProcess>();
  readonly #idle: FunctionProcess[] = [];
  readonly #waiting: ((process: FunctionProcess | undefined) => void)[] = [];
  #counts = { invocations: 0, errors: 0, timeouts: 0, processes: 0 };
  #past = { peakRssKb: 0, cpuMs: 0 };
  #stopped = false;

  constructor(settings: ProcessSettings, limit: number) {
    this.#settings = settings;
    this.#limit = limit;
  }

  /** Runs the function. Never rejects; after `stop` it ends with `exited`. */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<InvocationResult> {
    const process = await this.#acquire();
    if (process === undefined) return STOPPED;
    this.#counts.invocations += 1;
    const result = await process.invoke(requestId, event);
    if (result.kind !== 'returned') {
      this.#counts.errors += 1;
      if (result.kind === 'timedOut') this.#counts.timeouts += 1;
      const { errorType, errorMessage } = result.error;
      this.#settings.onLine?.(`${requestId} ${result.kind} ${errorType}: ${errorMessage}`);
    }
    this.#release(process);
    return result;
  }

  /** Invocations that can run at once. */
  get limit(): number {
    return this.#limit;
  }

  /** Ids of the live processes. */
  pids(): readonly number[] {
    return [...this.#alive].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  statistics(): FunctionStatistics {
    const usages = [this.#past, ...[...this.#alive].map(({ usage }) => usage)];
    return {
      ...this.#counts,
      peakRssMb: Math.max(...usages.map(({ peakRssKb }) => peakRssKb)) / 1_024,
      cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    };
  }

  /** Ends all processes at once, whatever they are doing. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const resume of this.#waiting.splice(0)) resume(undefined);
    await Promise.all([...this.#alive].map((process) => process.kill()));
  }

  async #acquire(): Promise<FunctionProcess | undefined> {
    if (this.#stopped) return undefined;
    let free = this.#idle.pop();
    while (free?.gone === true) free = this.#idle.pop();
    if (free !== undefined) return free;
    if (this.#alive.size < this.#limit) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #start(): FunctionProcess {
    this.#counts.processes += 1;
    const process = new FunctionProcess(this.#settings);
    this.#alive.add(process);
    void process.exited.then(() => {
      this.#alive.delete(process);
      this.#past = {
        peakRssKb: Math.max(this.#past.peakRssKb, process.usage.peakRssKb),
        cpuMs: this.#past.cpuMs + process.usage.cpuMs,
      };
      // Somebody may be waiting for the place of a process that died idle.
      this.#admit();
    });
    return process;
  }

  #release(process: FunctionProcess): void {
    if (process.gone) {
      this.#admit();
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(process);
    else next(process);
  }

  #admit(): void {
    if (this.#stopped || this.#alive.size >= this.#limit) return;
    const next = this.#waiting.shift();
    if (next !== undefined) next(this.#start());
  }
}

const STOPPED: InvocationResult = {
  kind: 'exited',
  error: { errorType: 'Stopped', errorMessage: 'The stack was stopped' },
};
