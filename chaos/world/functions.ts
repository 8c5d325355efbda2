import type { SQSClient } from '@aws-sdk/client-sqs';
import { CHANNEL_SIZING, ROWS_PER_CHUNK } from '../../shared/deployment/channels.ts';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import { isPaced, rateSource } from '../../shared/domain/pace.ts';
import type { Millis } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import { type AcceptDependencies, acceptUpdate } from '../../shared/fanout/accept.ts';
import { createPacer, type Pacer, unpaced } from '../../shared/fanout/deliver/pacer.ts';
import { sweep } from '../../shared/fanout/sweep.ts';
import { deadLetters, doorbellQueue } from '../../shared/runtime/doorbell-queue.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import type { OwnRings } from '../../shared/runtime/own-rings.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import type { DocumentClient } from '../../shared/store/document-client.ts';
import type { MemoryTables } from '../engine/memory-tables.ts';
import { deliveryOf, storesOver } from './compose.ts';
import type { Network } from './network.ts';
import type { Process } from './process.ts';
import type { Providers } from './providers.ts';
import { deadLetterUrl, type Message, type Queues, queueUrl } from './queues.ts';
import { between } from './random.ts';
import type { Simulation } from './simulation.ts';

export interface Outside {
  readonly simulation: Simulation;
  readonly network: Network;
  readonly tables: MemoryTables;
  readonly queues: Queues;
  readonly providers: Providers;
  readonly log: (event: LogEvent) => void;
  readonly rowsPerChunk: Readonly<Partial<Record<Channel, number>>>;
  readonly windowSize: Readonly<Partial<Record<Channel, number>>>;
  /** Deliveries a second, as an operator sets them. Where there is none, the channel goes as fast as it can. */
  readonly rates: Readonly<Partial<Record<Channel, number>>>;
}

/** How long an AWS client goes on, its own repetitions included, before it says that it had no answer. */
const GIVES_UP_AFTER = 2_000;

/** The product's functions, each composed as its lambda does, over clients whose requests go through the network. */
export function functionsOf(outside: Outside, process: Process) {
  const { simulation, network, tables, queues, providers, log } = outside;
  const { clock, random } = simulation;
  const journey = () => ({
    there: between(random, 1, 6),
    back: between(random, 1, 6),
    givesUpAfter: GIVES_UP_AFTER,
    repeats: true,
  });
  const documents = {
    send: (command: { input: { TableName?: string } }) => {
      const operation = command.constructor.name.replace('Command', '');
      const what = { service: 'tables', operation, target: targetOf(command.input) } as const;
      return network.request(process, what, journey(), () => tables.perform(command));
    },
  } as unknown as DocumentClient; // answers the requests that the stores make, and refuses all others
  const sqs = {
    send: (command: { input: { QueueUrl?: string } }) => {
      const operation = command.constructor.name.replace('Command', '');
      const what = { service: 'queue', operation, target: command.input.QueueUrl ?? '' } as const;
      return network.request(process, what, journey(), () => queues.perform(command));
    },
  } as unknown as Pick<SQSClient, 'send'>; // as above

  const urls = Object.fromEntries(CHANNELS.map((channel) => [channel, queueUrl(channel)]));
  const stores = storesOver(documents, clock.newId);
  const { ring } = doorbellQueue(sqs, urls);
  const accepting: AcceptDependencies = {
    ...stores,
    doorbells: { ring },
    clock,
    channels: CHANNELS,
    rowsPerChunk: { ...ROWS_PER_CHUNK, ...outside.rowsPerChunk },
    rates: outside.rates,
  };

  /** Each invocation is a cold start: nothing that one has reserved is the next one's. */
  function pacerOf(channel: Channel, windowSize: number): Pacer {
    const setting = outside.rates[channel];
    const source = rateSource(channel, setting);
    if (setting === undefined || !isPaced(source)) return unpaced(windowSize);
    return createPacer(channel, { paces: stores.paces, clock, wait, source, windowSize });
  }

  /** What a dead process waits for never comes. */
  const wait = (ms: Millis) =>
    new Promise<void>((resolve) =>
      simulation.after(ms, () => {
        if (process.isAlive()) resolve();
      }),
    );

  return {
    stores,
    ingest: (update: Update) => acceptUpdate(accepting, update),

    sweep: () =>
      sweep({
        ...accepting,
        ...stores,
        onClosed: () => {},
        onTrouble: (page, what, error) =>
          log({ event: 'sweep.trouble', page, what, error: isTrouble(error) ? 'trouble' : String(error) }),
      }),

    /** Handles a batch of messages. `own`: what the process has rung in earlier invocations. Returns the ids of those that failed. */
    async deliver(channel: Channel, batch: readonly Message[], own: OwnRings): Promise<ReadonlySet<string>> {
      const windowSize = outside.windowSize[channel] ?? CHANNEL_SIZING[channel].windowSize;
      const handle = deliveryOf({
        channel,
        stores,
        sender: providers.sender(channel, process),
        pacer: pacerOf(channel, windowSize),
        windowSize,
        clock,
        ring,
        bury: deadLetters(sqs, deadLetterUrl(channel)),
        log,
        own,
      });
      return handle(batch, process.endsAt);
    },
  };
}

function targetOf(input: { TableName?: string; RequestItems?: object }): string {
  return input.TableName ?? Object.keys(input.RequestItems ?? {}).join();
}
