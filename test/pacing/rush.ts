import { createHash } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import {
  BATCH_SIZE,
  CHANNEL_SIZING,
  MAX_DELAY_SECONDS,
  ROWS_PER_CHUNK,
} from '../../shared/deployment/channels.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { Outcome } from '../../shared/domain/outcome.ts';
import { rateSource } from '../../shared/domain/pace.ts';
import { announce, place, planChunks } from '../../shared/domain/placement.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import { answerAll } from '../../shared/fanout/deliver/answer-all.ts';
import { createPacer } from '../../shared/fanout/deliver/pacer.ts';
import { createErrandPacer } from '../../shared/fanout/errand-pacer.ts';
import { planDoorbells, type Ring } from '../../shared/fanout/plan.ts';
import { sweep } from '../../shared/fanout/sweep.ts';
import { answerMessages } from '../../shared/runtime/answer-messages.ts';
import { anUpdate, T0 } from '../domain/builders.ts';
import { memoryTables } from './memory-stores.ts';
import { throttlingProvider } from './throttling-provider.ts';
import { virtualTime } from './virtual-time.ts';

export interface Rush {
  readonly channel: Channel;
  /** What the provider takes a second; the settings say the same, or nothing where SES is asked. */
  readonly takes: number;
  /** What the operator has set; nothing: SES is asked. */
  readonly setting?: number;
  /** Subscribers of each page. */
  readonly pages: readonly { readonly subscribers: number; readonly publishedAfterMs?: number }[];
  /** Invocations at once: the channel's maximum unless said. */
  readonly processes?: number;
  /** Part of the subscribers whom the update concerns. */
  readonly matching?: number;
  /** The clock of each second process is ahead by so much. */
  readonly skewMs?: number;
  /** When all processes that run are killed, after the first publication. */
  readonly killAtMs?: readonly number[];
  /** When every queue is emptied. */
  readonly wipeAtMs?: readonly number[];
  /** While it lasts the provider refuses everything. */
  readonly downMs?: readonly [from: number, until: number];
  /** Confirmations asked for a second, all along. */
  readonly errandsPerSecond?: number;
  readonly seed?: number;
}

export interface Rushed {
  readonly told: number;
  readonly toldTwice: number;
  readonly untold: number;
  readonly seconds: number;
  /** Of what the fan-out may use: 0.9 of what SES says, all of what is set. */
  readonly used: number;
  /** Of what the provider takes, confirmations included. */
  readonly usedOfProvider: number;
  readonly throttled: number;
  readonly paceWritesPerDelivery: number;
  readonly ledgerWritesPerDelivery: number;
  readonly messages: number;
  readonly messagesPerChunk: number;
  /** Seconds of function time for each second of the rush. */
  readonly processesBusy: number;
  readonly invocations: number;
  readonly errands: number;
  readonly errandsAsked: number;
  /** When each page's last subscriber was told, in seconds after its publication. */
  readonly lastTold: readonly number[];
}

interface Message {
  readonly id: number;
  readonly body: string;
  readonly visibleAt: number;
}

const FOREVER = new Promise<never>(() => {});

/** The fan-out's own code against a provider that counts, in virtual time: 100,000 deliveries take a few real seconds. */
export async function runRush(rush: Rush): Promise<Rushed> {
  const { channel, takes, setting } = rush;
  const sizing = CHANNEL_SIZING[channel];
  const time = virtualTime(T0);
  const tables = memoryTables();
  const provider = throttlingProvider(takes);
  const random = chance(rush.seed ?? 1);
  let ids = 0;
  const newId = () => `id${++ids}`;

  let queue: Message[] = [];
  let sent = 0;
  const told = new Map<string, number>();
  let toldTwice = 0;
  const lastTold = new Map<string, number>();
  let invocations = 0;
  let busyMs = 0;
  let over = false;

  const latency = (least: number, most: number) => time.wait(least + random() * (most - least));
  const ring = async (rings: readonly Ring[]) => {
    await latency(5, 20);
    for (const { doorbell, delayMs } of rings) {
      const delay = Math.min(MAX_DELAY_SECONDS, Math.ceil(delayMs / 1_000)) * 1_000;
      queue.push({ id: ++sent, body: JSON.stringify(doorbell), visibleAt: time.now() + delay });
    }
    return 0;
  };
  const isDown = () => {
    const [from, until] = rush.downMs ?? [0, 0];
    const since = time.now() - T0;
    return since >= from && since < until;
  };

  for (const [index, page] of rush.pages.entries()) seed(`page${index}`, page.subscribers);

  function seed(page: string, subscribers: number): void {
    const rows: Subscriber[] = Array.from({ length: subscribers }, (_, index) => {
      const h = createHash('sha256').update(`${page} ${index}`).digest('hex').slice(0, 24);
      const concerned = index < subscribers * (rush.matching ?? 1);
      const row = {
        page,
        channel,
        h,
        address: { channel: 'email', email: `${index}@example.com` },
        state: 'active',
        scope: concerned
          ? { kind: 'page' }
          : { kind: 'selection', components: ['other'], groups: [], incidents: [] },
        createdAt: 0,
        confirmedAt: 0,
      };
      return row as unknown as Subscriber; // the address of another channel will do: nobody reads it
    });
    rows.sort((a, b) => (a.h < b.h ? -1 : 1));
    tables.rows.set(`${page} ${channel}`, rows);
    tables.pages.set(page, {
      page: { id: page, name: page, url: 'https://status.example.com', components: [] },
      counts: { [channel]: subscribers },
    });
  }

  async function publish(page: string, afterMs: number): Promise<void> {
    await time.wait(afterMs);
    const update = anUpdate({ id: `update-${page}`, page, acceptedAt: time.now() });
    const counts = tables.pages.get(page)?.counts ?? {};
    const chunks = planChunks(counts, ROWS_PER_CHUNK, [channel]);
    const incident = place(announce(undefined, update), update, { chunks, milestones: [] });
    tables.incidents.set(`${page} ${incident.id}`, incident);
    const enqueuedAt = time.now();
    tables.updates.set(`${page} ${update.id}`, { update, digest: '', enqueuedAt });
    await ring(
      planDoorbells(incident, update.id, counts, setting === undefined ? {} : { [channel]: setting }),
    );
  }

  /** A container: its pacer outlives its invocations. `alive` ends with a kill. */
  function container(number: number) {
    const skew = number % 2 === 1 ? (rush.skewMs ?? 0) : 0;
    const life = { isAlive: true };
    const clock = { now: () => time.now() + skew, random, newId, newSecret: newId, newCode: newId };
    const mortal =
      <A extends unknown[], R>(act: (...args: A) => Promise<R>, least: number, most: number) =>
      async (...args: A): Promise<R> => {
        if (!life.isAlive) return FOREVER;
        await latency(least, most);
        if (!life.isAlive) return FOREVER;
        return act(...args);
      };
    const slowed = <T extends Record<string, unknown>>(store: T): T =>
      Object.fromEntries(
        Object.entries(store).map(([name, act]) => [name, mortal(act as () => Promise<unknown>, 2, 8)]),
      ) as T; // the same members, with a network before them
    const sender: ChannelSender = {
      channel,
      doubt: channel === 'email' ? 'resendOnce' : 'ask',
      async send({ page }, deliveries) {
        await mortal(async () => {}, 10, 40)();
        const refused = isDown() || !provider.takes(deliveries.length, time.now());
        if (!refused) {
          for (const { recipient } of deliveries) {
            const key = `${page.id} ${recipient.h}`;
            if (told.has(key)) toldTwice++;
            told.set(key, time.now());
          }
          lastTold.set(page.id, time.now());
        }
        await mortal(async () => {}, 30, 260)();
        const outcome: Outcome = refused
          ? { kind: 'backoff', cause: 'test.throttled', scope: 'sender', afterMs: 1_000 }
          : { kind: 'sent', providerId: 'x' };
        return deliveries.map(() => outcome);
      },
      ask: async ({ page }, { recipient }) =>
        told.has(`${page.id} ${recipient.h}`) ? { kind: 'told', providerId: 'x' } : { kind: 'notTold' },
      probe: async () => !isDown(),
    };
    const deps = {
      channel,
      subscribers: slowed(tables.deliver.subscribers),
      pages: slowed(tables.deliver.pages),
      incidents: slowed(tables.deliver.incidents),
      updates: slowed(tables.deliver.updates),
      ledger: slowed(tables.deliver.ledger),
      exceptions: slowed(tables.deliver.exceptions),
      pauses: slowed(tables.deliver.pauses),
      sender,
      sizing,
      clock,
      newId,
      supersedeAfterMs: 60_000,
      isTrouble: () => false,
      pacer: createPacer(channel, {
        paces: slowed(tables.paces),
        clock,
        wait: (ms: number) => (life.isAlive ? time.wait(ms) : FOREVER),
        source: rateSource(channel, setting),
        windowSize: sizing.windowSize,
        askLimit: mortal(async () => takes, 30, 80),
      }),
    };
    const handler = answerMessages({
      channel,
      answerAll: (doorbells, deadline) => answerAll(deps, doorbells, deadline),
      ring: mortal(ring, 0, 0),
      bury: async (_, reason) => {
        throw new Error(reason);
      },
      isTrouble: () => false,
      now: clock.now,
      log: (event) => {
        if (event.event === 'doorbell.bug') throw new Error(`Expected no bug, got ${JSON.stringify(event)}`);
      },
    });
    return { life, handler, clock };
  }

  const idle: ReturnType<typeof container>[] = [];
  let containers = 0;
  let running = new Set<ReturnType<typeof container>>();

  async function invoke(batch: readonly Message[]): Promise<void> {
    let warm = idle.pop();
    invocations++;
    if (warm === undefined) {
      await time.wait(400);
      warm = container(containers++);
    }
    const used = warm;
    running.add(used);
    const startedAt = time.now();
    const event = {
      Records: batch.map(({ id, body }) => ({
        messageId: `${id}`,
        body,
        attributes: { ApproximateReceiveCount: '1' },
      })),
    } as unknown as SQSEvent;
    const timeoutMs = sizing.timeoutSeconds * 1_000;
    const ended = await Promise.race([
      used.handler(event, used.clock.now() + timeoutMs).then(() => true),
      // A function that hangs, or was killed, is over at its timeout; its messages are seen again after the visibility.
      time.wait(timeoutMs).then(() => false),
    ]);
    busyMs += time.now() - startedAt;
    running.delete(used);
    if (ended && used.life.isAlive) idle.push(used);
    else {
      used.life.isAlive = false;
      const visibleAt = startedAt + 6 * timeoutMs;
      for (const message of batch) queue.push({ ...message, visibleAt });
    }
  }

  async function poll(): Promise<void> {
    while (!over) {
      const visible = queue.filter(({ visibleAt }) => visibleAt <= time.now());
      const batch = visible.slice(0, BATCH_SIZE);
      if (batch.length === 0) {
        await time.wait(20);
        continue;
      }
      const taken = new Set(batch);
      queue = queue.filter((message) => !taken.has(message));
      await latency(10, 35);
      await invoke(batch);
    }
  }

  async function sweepEachMinute(): Promise<void> {
    const limits = { pages: tables.deliver.pages, pauses: tables.deliver.pauses };
    while (!over) {
      await time.wait(60_000);
      await sweep({
        ...limits,
        ...tables.sweeping,
        paces: tables.paces,
        activity: { note: async () => {} },
        doorbells: { ring },
        clock: { now: time.now },
        channels: [channel],
        rowsPerChunk: ROWS_PER_CHUNK,
        rates: setting === undefined ? {} : { [channel]: setting },
        onClosed: () => {},
        onTrouble: (_page, _update, error) => {
          throw error;
        },
      } as Parameters<typeof sweep>[0]);
    }
  }

  let errands = 0;
  let errandsAsked = 0;
  async function errand(): Promise<void> {
    const pace = createErrandPacer({
      paces: tables.paces,
      clock: { now: time.now, newId },
      sourceOf: (one) => rateSource(one, setting),
    });
    const everyMs = 1_000 / (rush.errandsPerSecond ?? 0);
    let asked = time.now();
    while (!over) {
      // As the function does it: one after the other, whatever has come meanwhile waits in the queue.
      if (asked > time.now()) await time.wait(asked - time.now());
      asked += everyMs;
      errandsAsked++;
      for (let wait = await pace(channel); wait > 0 && !over; wait = await pace(channel))
        await time.wait(wait);
      if (over) break;
      await latency(20, 60);
      if (provider.takes(1, time.now())) errands++;
    }
  }

  async function killAt(ms: number): Promise<void> {
    await time.wait(ms);
    for (const used of running) used.life.isAlive = false;
    running = new Set();
  }
  async function wipeAt(ms: number): Promise<void> {
    await time.wait(ms);
    queue = [];
  }

  const everybody = Math.round(
    rush.pages.reduce((sum, { subscribers }) => sum + Math.ceil(subscribers * (rush.matching ?? 1)), 0),
  );
  rush.pages.forEach(({ publishedAfterMs = 0 }, index) => void publish(`page${index}`, publishedAfterMs));
  for (let process = 0; process < (rush.processes ?? sizing.maximumConcurrency); process++) void poll();
  void sweepEachMinute();
  if (rush.errandsPerSecond) void errand();
  for (const ms of rush.killAtMs ?? []) void killAt(ms);
  for (const ms of rush.wipeAtMs ?? []) void wipeAt(ms);
  const latestEnd = T0 + 48 * 3_600_000;
  await time.run(() => told.size >= everybody || time.now() > latestEnd);
  over = true;

  const first = Math.min(...told.values());
  const last = Math.max(...told.values());
  const seconds = (last - first) / 1_000;
  const allowed = setting ?? 0.9 * takes;
  const chunks = [...tables.incidents.values()].reduce((sum, incident) => sum + incident.chunks[channel], 0);
  const acceptedWithin = provider.accepted
    .filter(({ at }) => at >= first && at <= last)
    .reduce((sum, { deliveries }) => sum + deliveries, 0);
  return {
    told: told.size,
    toldTwice,
    untold: everybody - told.size,
    seconds,
    used: acceptedWithin / (allowed * seconds),
    usedOfProvider: acceptedWithin / (takes * seconds),
    throttled: provider.throttled() / provider.calls(),
    paceWritesPerDelivery: tables.counts.paceWrites / told.size,
    ledgerWritesPerDelivery: tables.counts.ledgerWrites / told.size,
    messages: sent,
    messagesPerChunk: sent / chunks,
    processesBusy: busyMs / 1_000 / seconds,
    invocations,
    errands,
    errandsAsked,
    lastTold: rush.pages.map(({ publishedAfterMs = 0 }, index) => {
      const at = lastTold.get(`page${index}`) ?? Number.NaN;
      return (at - T0 - publishedAfterMs) / 1_000;
    }),
  };
}

/** mulberry32 */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
