import type { ChannelSender } from '../../shared/channels/channel.ts';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import { TABLES, type TableShape } from '../../shared/deployment/tables.ts';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { type OwnRings, ownRings } from '../../shared/runtime/own-rings.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import { memoryTables, type Write } from '../engine/memory-tables.ts';
import { type Stores, storesOver } from './compose.ts';
import { functionsOf, type Outside } from './functions.ts';
import { createNetwork, type FaultPlan, type Network } from './network.ts';
import { runProcess } from './process.ts';
import { createProviders } from './providers.ts';
import { createQueues, type Message, type QueuesOptions } from './queues.ts';
import { between } from './random.ts';
import { createSimulation, type Simulation } from './simulation.ts';

export interface WorldOptions extends QueuesOptions {
  readonly seed?: number;
  readonly faults?: FaultPlan;
  readonly rowsPerChunk?: Partial<Record<Channel, number>>;
  readonly windowSize?: Partial<Record<Channel, number>>;
  /** Deliveries a second on each channel, kept to by the product's pacer. Left out: as fast as it can. */
  readonly rate?: number | undefined;
  readonly emailDoubt?: ChannelSender['doubt'];
  /** How long a process stands still when it stalls. */
  readonly stallMs?: () => Millis;
  /** What carries requests in place of the usual network, which it is given. */
  readonly network?: (simulation: Simulation, usual: Network) => Network;
  /** Sees every change of every item as it takes effect. */
  readonly onWrite?: (write: Write, at: Instant) => void;
}

/** Of functions whose size is no secret of the deployment: an API's, and the sweeper's. */
const INGEST_TIMEOUT = 10 * SECOND;
const SWEEP_TIMEOUT = MINUTE;

/** From a queue to its function, in milliseconds: others measured 16 as the median on AWS, and 105 as the 99th percentile. */
const TO_THE_FUNCTION = [10, 100] as const;

/** How soon a publisher that had no answer publishes again. */
const PUBLISH_AGAIN = 5 * SECOND;

/** Indexes lag by so much, at most. */
const INDEX_LAG = 500;

export type World = ReturnType<typeof createWorld>;

/**
 * The whole of the fan-out in virtual time: the product's own functions, stores and queue clients, run as Lambda runs them, over
 * tables, queues and providers that do what they are told. One seed is one run.
 */
export function createWorld(options: WorldOptions = {}) {
  const simulation = createSimulation(options.seed ?? 1);
  const { clock, random } = simulation;
  const usual = createNetwork(simulation, options);
  const network = options.network?.(simulation, usual) ?? usual;
  const providers = createProviders(simulation, network, options);
  const queues = createQueues(simulation, options);
  const log: LogEvent[] = [];
  const open = new Set<string>();
  const answered = new Map<string, Instant>();
  const tables = memoryTables(Object.values<TableShape>(TABLES), {
    now: clock.now,
    indexLagMs: () => random() * INDEX_LAG,
    onWrite(write) {
      noteOpen(write);
      options.onWrite?.(write, clock.now());
    },
  });
  const outside: Outside = {
    simulation,
    network,
    tables,
    queues,
    providers,
    log: (event) => log.push(event),
    rowsPerChunk: options.rowsPerChunk ?? {},
    windowSize: options.windowSize ?? {},
    rates:
      options.rate === undefined
        ? {}
        : Object.fromEntries(CHANNELS.map((channel) => [channel, options.rate])),
  };
  const running = new Set<{ die(): void }>();
  const busy = new Map<Channel, number>();
  const idle = new Map<Channel, OwnRings[]>(CHANNELS.map((channel) => [channel, []]));
  let isComputeUp = true;
  let processes = 0;

  /** An update is open from its storing until its receipt is closed. */
  function noteOpen({ after }: Write): void {
    const update = after?.['update'] as Update | undefined; // of our own items, updates alone have one
    if (after === undefined || update === undefined || !('digest' in after)) return;
    if ('closedAt' in after) open.delete(update.id);
    else open.add(update.id);
  }

  type Functions = ReturnType<typeof functionsOf>;

  /** Runs one invocation to its end. Undefined: it threw, died, or could not be started at all. */
  async function invoke<T>(
    name: string,
    timeout: Millis,
    main: (functions: Functions) => Promise<T>,
  ): Promise<T | undefined> {
    if (!isComputeUp) return undefined;
    const endsAt = clock.now() + timeout;
    const { process, ended } = runProcess(simulation, { name: `${name}-${++processes}`, endsAt }, (self) =>
      main(functionsOf(outside, self)),
    );
    running.add(process);
    const how = await ended;
    running.delete(process);
    return how.kind === 'returned' ? how.value : undefined;
  }

  /** What an event source does: hands visible messages to a function, and deletes those that did not fail. */
  async function poll(channel: Channel): Promise<void> {
    const { maximumConcurrency, timeoutSeconds } = CHANNEL_SIZING[channel];
    if (!isComputeUp || (busy.get(channel) ?? 0) >= maximumConcurrency) return;
    const batch = queues.receive(channel);
    if (batch.length === 0) return;
    busy.set(channel, (busy.get(channel) ?? 0) + 1);
    simulation.after(between(random, 1, 20), () => void poll(channel));
    // A container that is free takes the next batch, and remembers what it rang; one that died is gone.
    const own = idle.get(channel)?.pop() ?? ownRings(clock.now);
    const failed = await invoke(`deliver-${channel}`, timeoutSeconds * SECOND, (functions) =>
      functions.deliver(channel, batch, own),
    );
    if (failed !== undefined) idle.get(channel)?.push(own);
    busy.set(channel, (busy.get(channel) ?? 1) - 1);
    if (failed !== undefined) await acknowledge(channel, batch, failed);
    simulation.after(between(random, 1, 20), () => void poll(channel));
  }

  /** Deletes are requests as well: one that is lost brings its message back. */
  async function acknowledge(channel: Channel, batch: readonly Message[], failed: ReadonlySet<string>) {
    const poller = { name: 'poller', endsAt: Number.POSITIVE_INFINITY, isAlive: () => true, die: () => {} };
    const what = { service: 'poller', operation: 'DeleteMessageBatch', target: channel } as const;
    const journey = { there: between(random, 1, 5), back: 1, givesUpAfter: SECOND, repeats: true };
    await network
      .request(poller, what, journey, () => {
        for (const { id } of batch) if (!failed.has(id)) queues.remove(channel, id);
      })
      .catch(() => undefined);
  }

  async function runSweep(): Promise<void> {
    await invoke('sweep', SWEEP_TIMEOUT, (functions) => functions.sweep());
  }

  function sweepEachMinute(): void {
    simulation.after(MINUTE, sweepEachMinute);
    void runSweep();
  }

  queues.onVisible((channel) =>
    simulation.after(between(random, ...TO_THE_FUNCTION), () => void poll(channel)),
  );
  sweepEachMinute();

  const isQuiet = () => open.size === 0 && queues.length() === 0 && running.size === 0;

  return {
    simulation,
    clock,
    random,
    providers,
    queues,
    tables,
    log,
    /** When each publisher had its answer, by the update's id. */
    answered,
    points: network.points,
    rate: options.rate,
    sweep: runSweep,

    /** Sets the scene, or looks at it: at once, past the network and its faults. */
    byHand<T>(act: (stores: Stores) => Promise<T>): Promise<T> {
      const client = { send: async (command: object) => tables.perform(command) };
      return act(storesOver(client as unknown as DocumentClient, clock.newId)); // as in `functionsOf`
    },

    /** One invocation of the product's own code, for what the world has no word for. */
    invoke,

    /** Publishes until it is accepted, as a publisher does that means it. Returns its place. */
    async publish(update: Update): Promise<number> {
      for (;;) {
        const acceptance = await invoke('ingest', INGEST_TIMEOUT, (functions) => functions.ingest(update));
        if (acceptance !== undefined) {
          if ('sequence' in acceptance) {
            answered.set(update.id, clock.now());
            return acceptance.sequence;
          }
          throw new Error(`Expected update ${update.id} to be accepted, got ${acceptance.kind}`);
        }
        await simulation.sleep(PUBLISH_AGAIN);
      }
    },

    /** All functions are gone, those that run included, and none can be started until they are back. */
    stopCompute(): void {
      isComputeUp = false;
      for (const process of [...running]) process.die();
    },
    startCompute(): void {
      isComputeUp = true;
      for (const channel of CHANNELS) void poll(channel);
    },
    /** Kills one of the running processes. Returns whether there was one. */
    killOne(): boolean {
      const victims = [...running];
      const victim = victims[Math.floor(random() * victims.length)];
      victim?.die();
      if (victim) running.delete(victim);
      return victim !== undefined;
    },

    /** Lets so much time pass, and what happens in it happen. */
    async pass(ms: Millis): Promise<void> {
      let hasPassed = false;
      simulation.after(ms, () => {
        hasPassed = true;
      });
      await simulation.run(() => hasPassed, ms);
    },

    /** Runs a story and then on, until every receipt is closed, every queue is empty and every process has ended. */
    async play(story: () => Promise<void>, longest: Millis = 100 * 60 * MINUTE): Promise<void> {
      let isTold = false;
      let failure: unknown;
      story().then(
        () => {
          isTold = true;
        },
        (error: unknown) => {
          failure = error;
          isTold = true;
        },
      );
      await simulation.run(() => failure !== undefined || (isTold && isQuiet()), longest);
      if (failure !== undefined) throw failure;
    },
  };
}
