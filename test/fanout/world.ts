import { deliveryOf, storesOver } from '../../chaos/world/compose.ts';
import type { ChannelSender } from '../../shared/channels/channel.ts';
import { CHANNEL_SIZING, patientReceives, ROWS_PER_CHUNK } from '../../shared/deployment/channels.ts';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import type { Page } from '../../shared/domain/page.ts';
import type { Receipt } from '../../shared/domain/receipt.ts';
import { UPDATE_STATUSES } from '../../shared/domain/status.ts';
import type { Scope, Subscriber } from '../../shared/domain/subscriber.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import { type AcceptDependencies, acceptUpdate } from '../../shared/fanout/accept.ts';
import { createPacer, type Pacer, unpaced } from '../../shared/fanout/deliver/pacer.ts';
import type { Ring } from '../../shared/fanout/plan.ts';
import { readReceipt } from '../../shared/fanout/read-receipt.ts';
import { type SweepDependencies, sweep } from '../../shared/fanout/sweep.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import type { PauseStore } from '../../shared/store/pauses.ts';
import { addressHash } from '../../shared/subscriptions/address.ts';
import type { TestTables } from '../engine/dynamodb.ts';
import { Crash, testProvider } from './test-provider.ts';
import { virtualClock } from './virtual-clock.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly channel: Channel;
  readonly visibleAt: number;
  readonly receives: number;
}

export interface WorldOptions {
  readonly seed?: number;
  readonly rowsPerChunk?: Partial<Record<Channel, number>>;
  /** Times that each message is delivered, all at once. */
  readonly deliveries?: number;
  /** Invocations of each channel's function side by side. */
  readonly workers?: number;
  /** What becomes of emails in doubt: `resendOnce` unless said. */
  readonly emailDoubt?: ChannelSender['doubt'];
  /** Deliveries a second of every channel; none unless said. Who waits for a turn moves the clock on. */
  readonly rate?: number;
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never;

let worlds = 0;

/**
 * The whole fan-out on a virtual clock: real stores on an embedded engine, queues as a list that loses, repeats and
 * shuffles as it is told, providers that keep a record. `settle` runs until nothing is left to do.
 */
export function createWorld(tables: TestTables, options: WorldOptions = {}) {
  const page = `page${++worlds}`;
  const clock = virtualClock(options.seed ?? 1);
  const provider = testProvider(clock, options.emailDoubt);
  const log: LogEvent[] = [];
  const dead: { body: string; reason: string }[] = [];
  let queue: Message[] = [];
  let messages = 0;

  const shared = storesOver(tables.client, clock.newId);
  const stores = { ...shared, pauses: scopedPauses(shared.pauses) };

  const ring = async (rings: readonly Ring[]) => {
    for (const { doorbell, delayMs } of rings) {
      const visibleAt = clock.now() + Math.min(delayMs, 900 * SECOND);
      const { channel } = doorbell;
      queue.push({ id: `m${++messages}`, body: JSON.stringify(doorbell), channel, visibleAt, receives: 0 });
    }
    return 0;
  };

  const accepting: AcceptDependencies = {
    ...stores,
    doorbells: { ring },
    clock,
    channels: CHANNELS,
    rowsPerChunk: { ...ROWS_PER_CHUNK, ...options.rowsPerChunk },
    rates: {},
  };
  const sweeping: SweepDependencies = {
    ...accepting,
    ...stores,
    paces: { read: async () => undefined },
    // Worlds share the tables: each sweeps its own page.
    updates: {
      ...stores.updates,
      async *listOpen() {
        for await (const open of stores.updates.listOpen()) if (open.page === page) yield open;
      },
    },
    incidents: {
      ...stores.incidents,
      async *listToRemind(now) {
        for await (const due of stores.incidents.listToRemind(now)) if (due.page === page) yield due;
      },
    },
    exceptions: {
      ...stores.exceptions,
      async *listDue(now) {
        for await (const due of stores.exceptions.listDue(now)) if (due.page === page) yield due;
      },
    },
    onClosed: () => {},
    onTrouble: (_page, update, error) => {
      throw new Error(`Expected a quiet sweep of ${update}`, { cause: error });
    },
  };
  const functionOf = (channel: Channel, alive: () => boolean) =>
    deliveryOf({
      channel,
      stores: allMortal(stores, alive),
      sender: provider.sender(channel, alive),
      pacer: pacerOf(channel, alive),
      windowSize: CHANNEL_SIZING[channel].windowSize,
      clock,
      ring,
      bury: async (body, reason) => {
        dead.push({ body, reason });
      },
      log: (event) => log.push(event),
    });

  /** A new one for each invocation, as if every one were a cold start. */
  function pacerOf(channel: Channel, alive: () => boolean): Pacer {
    const { windowSize } = CHANNEL_SIZING[channel];
    if (options.rate === undefined) return unpaced(windowSize);
    const { read, swap } = stores.paces;
    // Worlds share the tables: each has a pace of its own.
    const own = `${page}/${channel}` as Channel;
    const paces = {
      read: () => read(own),
      swap: (_: Channel, ...rest: Tail<Parameters<typeof swap>>) => swap(own, ...rest),
    };
    return createPacer(channel, {
      paces: mortal(paces, alive),
      clock,
      wait: async (ms) => clock.advance(ms),
      source: { setting: options.rate, canAsk: false },
      windowSize,
    });
  }

  /** Worlds share the tables: a pause of one must not hold up another. */
  function scopedPauses({ read, swap, clear }: PauseStore): Pick<PauseStore, 'read' | 'swap' | 'clear'> {
    return {
      read: (channel, scope) => read(channel, `${page}/${scope}`),
      swap: (channel, scope, ...rest) => swap(channel, `${page}/${scope}`, ...rest),
      clear: (channel, scope) => clear(channel, `${page}/${scope}`),
    };
  }

  async function publish(update: Omit<Update, 'page'>) {
    return acceptUpdate(accepting, { ...update, page });
  }

  async function subscribe(channel: Channel, name: string, scope: Scope = { kind: 'page' }): Promise<string> {
    const address = addressOf(channel, name);
    const h = addressHash('test-key', address);
    const subscriber: Subscriber = {
      page,
      channel,
      h,
      address,
      state: 'active',
      scope,
      createdAt: clock.now(),
      confirmedAt: clock.now(),
    };
    await stores.subscribers.put(subscriber);
    await stores.pages.countSubscriber(page, channel);
    return h;
  }

  /** One invocation of a channel's function with up to ten of the messages that are visible. */
  async function invoke(channel: Channel): Promise<boolean> {
    const visible = queue.filter(
      (message) => message.channel === channel && message.visibleAt <= clock.now(),
    );
    const batch = shuffled(visible).slice(0, 10);
    if (batch.length === 0) return false;
    queue = queue.filter((message) => !batch.includes(message));
    const { timeoutSeconds } = CHANNEL_SIZING[channel];
    const deadline = clock.now() + timeoutSeconds * SECOND;
    const received = batch.map((message) => ({ ...message, receives: message.receives + 1 }));
    const copies = Array.from({ length: options.deliveries ?? 1 }, () =>
      functionOf(channel, () => clock.now() < deadline)(received, deadline),
    );
    const failed = new Set((await Promise.all(copies)).flatMap((ids) => [...ids]));
    for (const { receives, ...message } of received) {
      if (!failed.has(message.id)) continue;
      if (receives >= patientReceives(6 * timeoutSeconds))
        dead.push({ body: message.body, reason: 'maxReceiveCount' });
      else queue.push({ ...message, receives, visibleAt: clock.now() + 6 * timeoutSeconds * SECOND });
    }
    return true;
  }

  /** Handles everything that is visible now, without moving the clock. */
  async function drain(): Promise<void> {
    for (let rounds = 0; rounds < 1_000; rounds++) {
      const workers = Array.from({ length: options.workers ?? 1 }, () => CHANNELS).flat();
      const busy = await Promise.all(workers.map(invoke));
      if (!busy.some(Boolean)) return;
    }
    throw new Error('Expected the queues to drain without the clock moving, got a loop');
  }

  /** Runs until every receipt is closed and every queue is empty. Returns the virtual time that it took. */
  async function settle({ longest = 48 * 60 * MINUTE, sweepEvery = MINUTE } = {}): Promise<number> {
    const startedAt = clock.now();
    for (let nextSweep = clock.now() + sweepEvery; ; ) {
      await drain();
      if (queue.length === 0 && (await isClosed())) return clock.now() - startedAt;
      if (clock.now() - startedAt > longest)
        throw new Error('Expected the fan-out to come to rest, got none');
      const nextMessage = Math.min(...queue.map(({ visibleAt }) => visibleAt));
      clock.advanceTo(Math.min(nextMessage, nextSweep));
      if (clock.now() < nextSweep) continue;
      await sweep(sweeping);
      nextSweep = clock.now() + sweepEvery;
    }
  }

  async function isClosed(): Promise<boolean> {
    for await (const open of stores.updates.listOpen()) if (open.page === page) return false;
    return true;
  }

  async function receipt(update: string): Promise<Receipt> {
    const stored = await stores.updates.get(page, update);
    const incident = stored && (await stores.incidents.get(page, stored.update.incident.id));
    if (stored === undefined || incident === undefined)
      throw new Error(`Expected update ${update} to be there`);
    return readReceipt(stores, incident, stored);
  }

  function shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, at: clock.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }

  return {
    page,
    clock,
    provider,
    stores,
    log,
    dead,
    publish,
    subscribe,
    settle,
    drain,
    receipt,
    accepting,
    sweeping,
    sweep: () => sweep(sweeping),
    queueLength: () => queue.length,
    wipeQueues: () => {
      queue = [];
    },
    /** A page whose texts tell of every update, unless said: what is driven here is how deliveries go, on all channels alike. */
    open: (milestones: Page['milestones'] = UPDATE_STATUSES) =>
      stores.pages.put({
        id: page,
        name: 'Batch',
        url: 'https://status.batch.com',
        components: [],
        ...(milestones && { milestones }),
      }),
  };
}

function allMortal<T extends Record<string, object>>(parts: T, alive: () => boolean): T {
  const mortals = Object.entries(parts).map(([name, part]) => [name, mortal(part, alive)]);
  return Object.fromEntries(mortals) as T; // the same names, each with a part of the same kind
}

/** A part of a process that Lambda ends at its deadline, whatever it is doing. */
function mortal<T extends object>(part: T, alive: () => boolean): T {
  return new Proxy(part, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (!alive()) throw new Crash('deadline');
        return member.apply(target, args);
      };
    },
  });
}

export type World = ReturnType<typeof createWorld>;

function addressOf(channel: Channel, name: string): Subscriber['address'] {
  switch (channel) {
    case 'email':
      return { channel, email: `${name}@example.com` };
    case 'sms':
      return { channel, phone: `+1555${name}` };
    case 'slack':
      return { channel, team: 'T1', conversation: `C${name}` };
    case 'webhook':
      return { channel, url: `https://hooks.example.com/${name}` };
  }
}
