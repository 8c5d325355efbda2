import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { DELIVERY_NODE_OPTIONS } from '../shared/deployment/channels.ts';
import { TABLES } from '../shared/deployment/tables.ts';
import type { Channel } from '../shared/domain/channel.ts';
import { countKey, pageKey } from '../shared/store/keys.ts';
import type { Built } from './build.ts';
import { PAGE } from './contenders/announcement.ts';
import type { ContenderSpec } from './contenders/contenders.ts';
import { environmentOf } from './contenders/environment.ts';
import type { AwsCounts } from './engines/counts.ts';
import type { Engines } from './engines/start-engines.ts';
import { isConcerned, PAGE_ID } from './engines/synthetic-subscribers.ts';
import { startFeed } from './feed.ts';
import { type ContenderProcess, forkContender } from './process/fork-contender.ts';

export interface SessionOptions {
  readonly engines: Engines;
  readonly contender: ContenderSpec;
  readonly built: Built;
  readonly channel?: Channel;
  readonly rows: number;
  /** Share of the rows that the update concerns; 1 unless said. */
  readonly match?: number;
  /** Environments of the sending function; 2 unless said. */
  readonly senders?: number;
  readonly trouble?: Trouble;
  readonly perSecond?: number;
  readonly postgresUrl?: string | undefined;
  /** Of the senders; the product's own (`DELIVERY_NODE_OPTIONS`) unless said. The same for every contender. */
  readonly nodeOptions?: string;
  /** A run that takes longer is stopped and did not finish. */
  readonly limitMs?: number;
  /** The run is over after this long, however many have been told by then. */
  readonly stopAfterMs?: number;
  readonly onProgress?: (told: number) => void;
}

/** What goes wrong, the same for every contender. */
export interface Trouble {
  /** Every so many batches one is given to two senders at the same time. */
  readonly repeatEvery: number;
  /** Senders that are killed while they work, one after the other. */
  readonly crashes: number;
  /** How many times as fast the functions' clocks run. */
  readonly clockSpeed: number;
  /** Nothing more happens once nothing has happened for this long. */
  readonly quietMs: number;
}

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
  readonly aws: AwsCounts;
  readonly throttledCalls: number;
  readonly invocations: number;
  readonly messages: number;
  readonly logBytes: number;
  /** The largest of the senders, since they started. */
  readonly peakRssMb: number;
  readonly sweepLines: readonly string[];
}

const POLL_MS = 10;
/** A run that comes no further for this long has lost somebody. */
const STALLED_MS = 20_000;
const SWEEP_EVERY_MS = 3_000;
/** Longest that a run may take. */
const LIMIT_MS = 120_000;

/** Thrown by a run that took longer than it may. Its session can only be closed. */
export class DidNotFinish extends Error {
  override readonly name = 'DidNotFinish';
}

/** A contender's processes and its queue, for as many runs as are wanted over the same subscribers. */
export async function openSession(options: SessionOptions) {
  const { engines, contender, rows, match = 1, channel = 'email', senders = 2, trouble } = options;
  const name = `${contender.name}-${randomBytes(4).toString('hex')}`;
  // Six function timeouts, as the product's stack has it; in trouble, what makes a crash be over soon.
  const queueUrl = await engines.createQueue(name, trouble ? 4 : 360);
  await seed(engines, channel, rows);
  await engines.setAudience({ channel, rows, match });
  const environment = environmentOf({
    urls: engines.urls,
    channel,
    queueUrl,
    bundles: options.built.bundles,
    jobExpiresSeconds: trouble ? 4 : 360,
    ...(options.perSecond !== undefined && { perSecond: options.perSecond }),
    ...(options.postgresUrl !== undefined && { postgresUrl: options.postgresUrl }),
  });
  const start = (role: string) =>
    forkContender({
      process: options.built.script('contender-process.ts'),
      module: options.built.script(contender.module),
      fastClock: options.built.script('fast-clock.ts'),
      role,
      environment: {
        ...environment,
        ...(role === 'send' && { NODE_OPTIONS: options.nodeOptions ?? DELIVERY_NODE_OPTIONS }),
      },
      clockSpeed: contender.ownClock ? (trouble?.clockSpeed ?? 1) : 1,
    });
  const planner = await start('plan');
  const sending = await Promise.all(Array.from({ length: senders }, () => start('send')));
  const sweeper = trouble && contender.sweeps ? await start('sweep') : undefined;
  const ended: ContenderProcess[] = [];

  const invoke = (sender: number, event: SQSEvent) => {
    const process = sending[sender];
    if (process === undefined) throw new Error(`Expected sender ${sender}, found none`);
    return process.ask<SQSBatchResponse>({ ask: 'invoke', event, remainingMs: 60_000 });
  };
  const feed = contender.isFed
    ? startFeed({
        sqs: engines.sqs,
        queueUrl,
        senders,
        invoke,
        ...(trouble && { repeatEvery: trouble.repeatEvery }),
      })
    : undefined;
  const sweeping = sweeper && startSweeping(sweeper);
  const expected = countConcerned(rows, match);

  async function cpuMs(processes: readonly ContenderProcess[]): Promise<number> {
    const usages = await Promise.all(processes.map((process) => process.usage()));
    return usages.reduce((sum, usage) => sum + usage.cpuMs, 0);
  }

  /** Rejects when `work` takes longer than a run may. */
  async function inTime<T>(work: Promise<T>): Promise<T> {
    const { limitMs = LIMIT_MS } = options;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new DidNotFinish(`${contender.name}: not in ${limitMs} ms`)),
      limitMs,
    );
    return Promise.race([work, late.promise]).finally(() => {
      isOver = true;
      clearTimeout(timer);
    });
  }

  let isOver = false;
  async function waitForAll(startedAt: number): Promise<void> {
    let seen = { distinct: 0, repeated: 0, queued: 0 };
    let changedAt = startedAt;
    let crashesLeft = trouble?.crashes ?? 0;
    isOver = false;
    while (!isOver) {
      await sleep(POLL_MS);
      const { distinct, repeated } = await engines.report();
      options.onProgress?.(distinct);
      const now = performance.now();
      if (distinct !== seen.distinct || repeated !== seen.repeated) changedAt = now;
      seen = { ...seen, distinct, repeated };
      if (options.stopAfterMs !== undefined && now - startedAt > options.stopAfterMs) return;
      if (trouble) {
        if (crashesLeft > 0 && distinct > expected * (1 - crashesLeft / (trouble.crashes + 1))) {
          crashesLeft--;
          await crash(crashesLeft % senders);
        }
        if (now - changedAt > trouble.quietMs) return;
      } else {
        if (distinct >= expected) return;
        if (now - changedAt > STALLED_MS) return;
      }
    }
  }

  async function crash(sender: number): Promise<void> {
    const victim = sending[sender];
    if (victim === undefined) return;
    ended.push(victim);
    await victim.kill();
    sending[sender] = await start('send');
  }

  return {
    async run(): Promise<Figures> {
      const update = `u${randomBytes(6).toString('hex')}`;
      await engines.begin();
      const all = [planner, ...sending];
      const logged = () => [...all, ...sending].reduce((sum, process) => sum + process.logBytes(), 0);
      const before = {
        plan: await cpuMs([planner]),
        send: await cpuMs(sending),
        batches: feed?.batches() ?? 0,
        messages: feed?.messages() ?? 0,
        logged: logged(),
      };
      const startedAt = performance.now();
      const startedAtEpoch = Date.now();
      const planned = planner.ask({ ask: 'plan', update }).then(() => performance.now() - startedAt);
      const [planMs] = await inTime(Promise.all([planned, waitForAll(startedAt)]));
      const { aws } = await settle(engines, trouble !== undefined || options.stopAfterMs !== undefined);
      const report = await engines.report();
      const usages = await Promise.all(sending.map((process) => process.usage()));
      const lastMs = (report.lastAt ?? startedAtEpoch) - startedAtEpoch;
      return {
        rows,
        expected,
        told: report.distinct,
        repeated: report.repeated,
        lost: expected - report.distinct,
        planMs,
        firstMs: (report.firstAt ?? startedAtEpoch) - startedAtEpoch,
        lastMs,
        perSecond: (report.distinct * 1_000) / Math.max(1, lastMs),
        planCpuMs: (await cpuMs([planner])) - before.plan,
        // Of senders that were killed nothing can be asked: their run is about what was told.
        sendCpuMs: (await cpuMs(sending)) - before.send,
        aws,
        throttledCalls: report.throttledCalls,
        invocations: (feed?.batches() ?? 0) - before.batches,
        messages: (feed?.messages() ?? 0) - before.messages,
        logBytes: logged() - before.logged,
        peakRssMb: Math.max(...usages.map(({ peakRssMb }) => peakRssMb)),
        sweepLines: sweeper?.lines ?? [],
      };
    },

    /** Plans an update and waits for nobody to be told of it. Returns how long it took. */
    async plan(): Promise<number> {
      const startedAt = performance.now();
      await inTime(planner.ask({ ask: 'plan', update: `u${randomBytes(6).toString('hex')}` }));
      return performance.now() - startedAt;
    },

    async close(): Promise<void> {
      // Killed before they are waited for: one that is stuck would be waited for in vain.
      const stopped = [sweeping?.stop(), feed?.stop()];
      await Promise.all(
        [planner, ...sending, ...(sweeper ? [sweeper] : [])].map((process) => process.kill()),
      );
      await Promise.all(stopped);
    },
  };
}

/** Waits until the queue is empty, so that acknowledgements are counted; returns what was counted. */
async function settle(engines: Engines, gaveUp: boolean): Promise<{ aws: AwsCounts }> {
  const taken: AwsCounts[] = [];
  for (let waited = 0; ; waited += POLL_MS) {
    const { aws, queued } = await engines.counts();
    taken.push(aws);
    if (queued === 0 || gaveUp || waited > STALLED_MS) break;
    await sleep(POLL_MS);
  }
  await sleep(5 * POLL_MS);
  taken.push((await engines.counts()).aws);
  return { aws: taken.reduce(add) };
}

function add(a: AwsCounts, b: AwsCounts): AwsCounts {
  const calls = { ...a.calls };
  for (const [name, count] of Object.entries(b.calls)) calls[name] = (calls[name] ?? 0) + count;
  return { calls, readUnits: a.readUnits + b.readUnits, writeUnits: a.writeUnits + b.writeUnits };
}

/** What runs every minute, in the time of the fast clock. */
function startSweeping(sweeper: ContenderProcess) {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await sweeper.ask({ ask: 'plan', update: '' }).catch(() => undefined);
      await sleep(SWEEP_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function countConcerned(rows: number, match: number): number {
  let count = 0;
  for (let index = 0; index < rows; index++) if (isConcerned(index, match)) count++;
  return count;
}

/** The page, and how many subscribers it has: what the planner knows of them. */
async function seed({ documents }: Engines, channel: Channel, rows: number): Promise<void> {
  const TableName = TABLES.incidents.logicalId;
  await documents.send(new PutCommand({ TableName, Item: { ...pageKey(PAGE_ID), page: PAGE } }));
  await documents.send(
    new PutCommand({ TableName, Item: { ...countKey(PAGE_ID, channel), channel, count: rows } }),
  );
}
