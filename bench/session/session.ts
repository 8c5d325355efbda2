import { randomBytes } from 'node:crypto';
import { DELIVERY_NODE_OPTIONS } from '../../shared/deployment/channels.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { Built } from '../build.ts';
import type { ContenderSpec } from '../contenders/contenders.ts';
import { environmentOf } from '../contenders/environment.ts';
import type { Engines } from '../engines/start-engines.ts';
import { isConcerned } from '../engines/synthetic-subscribers.ts';
import { forkContender } from '../process/fork-contender.ts';
import { hire } from './crew.ts';
import { startFeed } from './feed.ts';
import type { Figures } from './figures.ts';
import { inTime } from './in-time.ts';
import { seed } from './seed.ts';
import { settle } from './settle.ts';
import { startSweeping } from './sweeping.ts';
import { killing, type Trouble } from './trouble.ts';
import { untilTold } from './until-told.ts';

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
  /** A run that takes longer is stopped and did not finish; two minutes unless said. */
  readonly limitMs?: number;
  /** The run is over after this long, however many have been told by then. */
  readonly stopAfterMs?: number;
  readonly onProgress?: (told: number) => void;
}

const LIMIT_MS = 120_000;
/** Six function timeouts, as the product's stack has it; in trouble, what makes a crash be over soon. */
const VISIBILITY_SECONDS = { usual: 360, inTrouble: 8 };
/** How long a job of the queue in PostgreSQL may take: its clock cannot run fast. */
const JOB_EXPIRES_SECONDS = { usual: 360, inTrouble: 4 };

/** A contender's processes and its queue, for as many runs as are wanted over the same subscribers. */
export async function openSession(options: SessionOptions) {
  const { engines, contender, match = 1, channel = 'email', senders = 2, trouble } = options;
  const { limitMs = LIMIT_MS } = options;
  let rows = 0;
  let expected = 0;

  /** Gives the page so many subscribers. */
  async function resize(size: number): Promise<void> {
    rows = size;
    expected = countConcerned(rows, match);
    await seed(engines, channel, rows);
    await engines.setAudience({ channel, rows, match });
  }

  const when = trouble ? 'inTrouble' : 'usual';
  const name = `${contender.name}-${randomBytes(4).toString('hex')}`;
  const queueUrl = await engines.createQueue(name, VISIBILITY_SECONDS[when]);
  await resize(options.rows);
  const environment = environmentOf({
    urls: engines.urls,
    channel,
    queueUrl,
    bundles: options.built.bundles,
    jobExpiresSeconds: JOB_EXPIRES_SECONDS[when],
    ...(options.perSecond !== undefined && { perSecond: options.perSecond }),
    ...(options.postgresUrl !== undefined && { postgresUrl: options.postgresUrl }),
  });
  const nodeOptions = options.nodeOptions ?? DELIVERY_NODE_OPTIONS;
  const start = (role: string) =>
    forkContender({
      process: options.built.script('contender-process.ts'),
      module: options.built.script(contender.module),
      fastClock: options.built.script('fast-clock.ts'),
      role,
      environment: { ...environment, ...(role === 'send' && { NODE_OPTIONS: nodeOptions }) },
      clockSpeed: contender.ownClock ? (trouble?.clockSpeed ?? 1) : 1,
    });
  const planner = await start('plan');
  const crew = await hire(senders, () => start('send'));
  const sweeper = trouble && contender.sweeps ? await start('sweep') : undefined;
  const sweeping = sweeper && startSweeping(sweeper, trouble?.clockSpeed ?? 1);
  const feed = contender.isFed
    ? startFeed({
        sqs: engines.sqs,
        queueUrl,
        senders: senders,
        invoke: crew.invoke,
        ...(trouble && { repeatEvery: trouble.repeatEvery }),
      })
    : undefined;

  /** Whether a run in trouble is over: the contender says that it is through, or has fallen silent. */
  function endOfTrouble(inTrouble: Trouble, update: string) {
    const kill = killing(inTrouble, senders, crew);
    return (told: number, quietForMs: number) => {
      kill(told / expected);
      if (contender.closes) return sweeping?.closingOf(update) !== undefined;
      return quietForMs > inTrouble.quietMs;
    };
  }

  return {
    resize,

    async run(): Promise<Figures> {
      const update = `u${randomBytes(6).toString('hex')}`;
      await engines.begin();
      const before = await readMeters();
      const startedAtEpoch = Date.now();
      const [planMs] = await inTime(contender.name, limitMs, (over) =>
        Promise.all([
          publish(update),
          untilTold(
            {
              engines,
              expected,
              onProgress: options.onProgress,
              stopAfterMs: options.stopAfterMs,
              isThrough: trouble && endOfTrouble(trouble, update),
            },
            over,
          ),
        ]),
      );
      const aws = await settle(engines, trouble !== undefined || options.stopAfterMs !== undefined);
      const report = await engines.report();
      const after = await readMeters();
      const since = (read: (meters: typeof after) => number) => read(after) - read(before);
      const lastMs = (report.lastAt ?? startedAtEpoch) - startedAtEpoch;
      const closing = sweeping?.closingOf(update);
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
        planCpuMs: since(({ plan }) => plan.cpuMs),
        // Of senders that were killed nothing can be asked: their run is about what was told.
        sendCpuMs: since(({ send }) => send.cpuMs),
        engineCpuMs: since(({ engine }) => engine),
        aws,
        throttledCalls: report.throttledCalls,
        invocations: since(({ batches }) => batches),
        messages: since(({ messages }) => messages),
        logBytes: since(({ logged }) => logged),
        peakRssMb: after.send.peakRssMb,
        ...(closing !== undefined && { closing }),
      };
    },

    /** Plans an update and waits for nobody to be told of it. Returns how long it took. */
    plan: () => inTime(contender.name, limitMs, () => publish(`u${randomBytes(6).toString('hex')}`)),

    async close(): Promise<void> {
      // Killed before they are waited for: one that is stuck would be waited for in vain.
      const stopped = [sweeping?.stop(), feed?.stop()];
      await Promise.all([planner.kill(), crew.dismiss(), sweeper?.kill()]);
      await Promise.all(stopped);
    },
  };

  /** Has an update planned. Returns how long that took. */
  async function publish(update: string): Promise<number> {
    const startedAt = performance.now();
    await planner.ask({ ask: 'plan', update });
    return performance.now() - startedAt;
  }

  /** What has been used and done since the session was opened. */
  async function readMeters() {
    const usage = await planner.usage();
    return {
      plan: usage,
      send: await crew.usage(),
      engine: (await engines.usage()).cpuMs,
      batches: feed?.batches() ?? 0,
      messages: feed?.messages() ?? 0,
      logged: planner.logBytes() + crew.logBytes(),
    };
  }
}

function countConcerned(rows: number, match: number): number {
  let count = 0;
  for (let index = 0; index < rows; index++) if (isConcerned(index, match)) count++;
  return count;
}
