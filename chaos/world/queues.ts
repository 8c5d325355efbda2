import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import {
  BATCH_SIZE,
  CHANNEL_SIZING,
  patientReceives,
  VISIBILITY_FACTOR,
} from '../../shared/deployment/channels.ts';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import { type Instant, SECOND } from '../../shared/domain/time.ts';
import { shuffled } from './random.ts';
import type { Simulation } from './simulation.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly visibleAt: Instant;
  readonly receives: number;
}

export interface Dead {
  readonly channel: Channel;
  readonly body: string;
  readonly reason: string;
}

export interface QueuesOptions {
  /** Times that the queue gives out each message, at about the same time. */
  readonly copies?: number;
  /** Whether the queue takes a message and loses it. */
  readonly loses?: (channel: Channel) => boolean;
  /** Whether the queue refuses an entry of a batch. */
  readonly refuses?: (channel: Channel) => boolean;
}

export type Queues = ReturnType<typeof createQueues>;

/** Longest that copies of one message come apart. */
const APART = 2 * SECOND;

/** The queues and their dead-letter queues as SQS has them: at least once, in no order, visibility, delays, receive counts. */
export function createQueues(simulation: Simulation, options: QueuesOptions = {}) {
  const { copies = 1, loses = () => false, refuses = () => false } = options;
  const { clock, random } = simulation;
  const queues = new Map<Channel, Map<string, Message>>(CHANNELS.map((channel) => [channel, new Map()]));
  const dead: Dead[] = [];
  const bodies: string[] = [];
  const listeners: ((channel: Channel) => void)[] = [];
  let ids = 0;

  const queueOf = (channel: Channel) => {
    const queue = queues.get(channel);
    if (queue === undefined) throw new Error(`Expected a queue for ${channel}`);
    return queue;
  };

  function put(channel: Channel, message: Message): void {
    queueOf(channel).set(message.id, message);
    simulation.at(message.visibleAt, () => {
      for (const listen of listeners) listen(channel);
    });
  }

  function send(channel: Channel, body: string, delaySeconds: number): void {
    bodies.push(body);
    if (loses(channel)) return;
    for (let copy = 0; copy < copies; copy++) {
      const apart = copy === 0 ? 0 : random() * APART;
      const visibleAt = clock.now() + delaySeconds * SECOND + apart;
      put(channel, { id: `m${++ids}`, body, visibleAt, receives: 0 });
    }
  }

  return {
    /** What a request does and answers. Takes no time. */
    perform(command: object): object {
      if (command instanceof SendMessageBatchCommand) {
        const { QueueUrl, Entries = [] } = command.input;
        const Failed: { Id: string | undefined }[] = [];
        for (const { Id, MessageBody = '', DelaySeconds = 0 } of Entries) {
          if (refuses(channelOf(QueueUrl))) Failed.push({ Id });
          else send(channelOf(QueueUrl), MessageBody, DelaySeconds);
        }
        return Failed.length > 0 ? { Failed } : {};
      }
      if (command instanceof SendMessageCommand) {
        const { QueueUrl, MessageBody = '', MessageAttributes } = command.input;
        const reason = MessageAttributes?.['reason']?.StringValue ?? 'none';
        dead.push({ channel: channelOf(QueueUrl), body: MessageBody, reason });
        return {};
      }
      throw new Error(`Expected a request that this queue models, got ${command.constructor.name}`);
    },

    /** Up to ten of the messages that are visible, in no order. They stay invisible for six function timeouts. */
    receive(channel: Channel): readonly Message[] {
      const queue = queueOf(channel);
      const visible = [...queue.values()].filter(({ visibleAt }) => visibleAt <= clock.now());
      const batch = shuffled(visible, random).slice(0, BATCH_SIZE);
      const visibilitySeconds = VISIBILITY_FACTOR * CHANNEL_SIZING[channel].timeoutSeconds;
      const visibleAt = clock.now() + visibilitySeconds * SECOND;
      const received: Message[] = [];
      for (const message of batch) {
        if (message.receives >= patientReceives(visibilitySeconds)) {
          queue.delete(message.id);
          dead.push({ channel, body: message.body, reason: 'maxReceiveCount' });
          continue;
        }
        const taken = { ...message, visibleAt, receives: message.receives + 1 };
        put(channel, taken);
        received.push(taken);
      }
      return received;
    },

    remove(channel: Channel, id: string): void {
      queueOf(channel).delete(id);
    },

    /** Loses everything, what is in flight included. */
    wipe(): void {
      for (const queue of queues.values()) queue.clear();
    },

    /** Puts what lies in the dead-letter queues back, as an operator does. */
    redrive(): void {
      for (const { channel, body } of dead.splice(0)) send(channel, body, 0);
    },

    /** Gives out one more copy of each message that is there. */
    repeatAll(): void {
      for (const [channel, queue] of queues)
        for (const { body } of [...queue.values()]) send(channel, body, 0);
    },

    onVisible(listen: (channel: Channel) => void): void {
      listeners.push(listen);
    },

    length: () => [...queues.values()].reduce((sum, queue) => sum + queue.size, 0),
    dead,
    /** Every body that was ever sent. */
    bodies,
    rung: () => bodies.length,
  };
}

export const queueUrl = (channel: Channel) => `queue/${channel}`;
export const deadLetterUrl = (channel: Channel) => `dead/${channel}`;

function channelOf(url: string | undefined): Channel {
  const channel = CHANNELS.find((known) => known === url?.split('/')[1]);
  if (channel === undefined) throw new Error(`Expected a queue's address, got ${url}`);
  return channel;
}
