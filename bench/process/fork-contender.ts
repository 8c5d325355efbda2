import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { ContenderAnswer, ContenderQuestion, Usage } from './messages.ts';

export interface ContenderProcess {
  ask<T>(question: Question): Promise<T>;
  usage(): Promise<Usage>;
  /** When it was ready, so after its imports. */
  readonly atStart: Usage;
  /** Bytes that it has written to its log. */
  readonly logBytes: () => number;
  readonly lines: readonly string[];
  /** Ends it where it stands, as a machine that fails does. */
  kill(): Promise<void>;
}

export interface ForkOptions {
  /** Script of `contender-process`, of the contender, and of `fast-clock`. */
  readonly process: string;
  readonly module: string;
  readonly fastClock: string;
  readonly role: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How many times as fast as ours its clock runs: leases of minutes are over in seconds. */
  readonly clockSpeed?: number;
}

type Question = ContenderQuestion extends infer Q
  ? Q extends { id: number }
    ? Omit<Q, 'id'>
    : never
  : never;

/** Longest that a process may take until it is ready, and to say what it has used. */
const ANSWERS_WITHIN_MS = 20_000;

/** The last lines of a log that are kept, for a failure that has to be explained. */
const KEPT_LINES = 1_000;

export async function forkContender(options: ForkOptions): Promise<ContenderProcess> {
  const { module, role, environment, clockSpeed = 1 } = options;
  const child = fork(options.process, [module, role], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], ...environment, BENCH_CLOCK_SPEED: String(clockSpeed) },
    execArgv: clockSpeed === 1 ? [] : ['--import', pathToFileURL(options.fastClock).href],
  });
  const lines: string[] = [];
  let logBytes = 0;
  child.stdout?.on('data', (text: Buffer) => {
    logBytes += text.length;
    lines.push(...text.toString().split('\n').filter(Boolean));
    lines.splice(0, lines.length - KEPT_LINES);
  });
  child.stderr?.on('data', (text: Buffer) => lines.push(text.toString()));
  const exited = once(child, 'exit');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<Usage>();
  child.on('message', (message) => {
    const told = message as ContenderAnswer; // only the contender's process writes to this channel
    if (told.kind === 'ready') return ready.resolve(told.usage);
    const asked = waiting.get(told.id);
    waiting.delete(told.id);
    if (told.kind === 'threw') asked?.reject(new Error(told.error));
    else asked?.resolve(told.value);
  });
  child.once('exit', (code, signal) => {
    const error = new ContenderEnded(`${module} (${role})`, code ?? signal, lines);
    ready.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  const slow = setTimeout(() => child.kill('SIGKILL'), ANSWERS_WITHIN_MS);
  const atStart = await ready.promise.finally(() => clearTimeout(slow));
  let questions = 0;

  function ask<T>(question: Question): Promise<T> {
    const id = ++questions;
    const asked = Promise.withResolvers<unknown>();
    if (!isAlive(child)) return Promise.reject(new ContenderEnded(module, child.exitCode, lines));
    waiting.set(id, asked);
    child.send({ ...question, id });
    return asked.promise as Promise<T>; // each question is answered in its own type
  }
  return {
    ask,
    usage: () => {
      // A process that is too busy to say it is stuck.
      const stuck = setTimeout(() => child.kill('SIGKILL'), ANSWERS_WITHIN_MS);
      return ask<Usage>({ ask: 'usage' }).finally(() => clearTimeout(stuck));
    },
    atStart,
    logBytes: () => logBytes,
    lines,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export class ContenderEnded extends Error {
  override readonly name = 'ContenderEnded';
  constructor(what: string, how: unknown, lines: readonly string[]) {
    super(`Expected ${what} to live, got ${how}:\n${lines.slice(-20).join('\n')}`);
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
