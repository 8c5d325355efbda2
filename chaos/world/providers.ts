import type { Announcement, ChannelSender, Delivery } from '../../shared/channels/channel.ts';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { Outcome } from '../../shared/domain/outcome.ts';
import { type Instant, type Millis, SECOND } from '../../shared/domain/time.ts';
import type { Journey, Network } from './network.ts';
import type { Process } from './process.ts';
import { between } from './random.ts';
import type { Simulation } from './simulation.ts';

/** One message that a provider accepted: what its recipient has. */
export interface Accepted {
  readonly channel: Channel;
  readonly h: string;
  readonly incident: string;
  readonly update: string;
  readonly sequence: number;
  /** The delivery's id: of a webhook, its `webhook-id`. */
  readonly id: string;
  /** When the call left the sender. */
  readonly calledAt: Instant;
  readonly at: Instant;
}

/**
 * How a provider is. `up`; `refusing`: nobody listens, so surely nothing is sent; `failing`: takes the call and answers with an
 * error that says nothing; `swallowing`: takes the message and answers so all the same.
 */
export type Health = 'up' | 'refusing' | 'failing' | 'swallowing';

/** What a provider says to one message: undefined to take it. */
export type Refusal = (channel: Channel, delivery: Delivery, update: string) => Outcome | undefined;

export type Operation = 'send' | 'ask' | 'probe';

export type Providers = ReturnType<typeof createProviders>;

/**
 * SES, Twilio, Slack and the receivers of webhooks, at the seam of the channel's sender: one request per email window, one per
 * recipient on the other channels. They keep a record of what they took, which is what the oracles go by.
 */
export function createProviders(
  simulation: Simulation,
  network: Network,
  { emailDoubt = 'resendOnce' }: { readonly emailDoubt?: ChannelSender['doubt'] } = {},
) {
  const { clock, random } = simulation;
  const accepted: Accepted[] = [];
  const health = new Map<Channel, Health>();
  const requests = new Map<string, number>();
  let refusal: Refusal = () => undefined;
  let slowness: () => Millis = () => 0;

  function journey(channel: Channel): Journey {
    const { callTimeoutMs } = CHANNEL_SIZING[channel];
    const there = between(random, 10, 150) + slowness();
    return {
      there,
      back: between(random, 5, 100),
      givesUpAfter: Math.max(0, callTimeoutMs - there),
      hangsUpAfter: callTimeoutMs,
      repeats: false,
    };
  }

  /** One request to a provider, answered in time or not at all. */
  async function call<T>(
    process: Process,
    channel: Channel,
    operation: Operation,
    effect: () => T,
  ): Promise<T | 'none'> {
    const key = `${channel} ${operation}`;
    requests.set(key, (requests.get(key) ?? 0) + 1);
    const what = { service: 'provider', operation, target: channel } as const;
    return network.request(process, what, journey(channel), effect).catch((): 'none' => 'none');
  }

  function take(channel: Channel, { update }: Announcement, delivery: Delivery, calledAt: Instant): Outcome {
    const refused = refusal(channel, delivery, update.id);
    if (refused !== undefined) return refused;
    const { id, recipient } = delivery;
    const { h } = recipient;
    accepted.push({
      channel,
      h,
      incident: update.incident.id,
      update: update.id,
      sequence: update.sequence,
      id,
      calledAt,
      at: clock.now(),
    });
    return { kind: 'sent', providerId: `p${accepted.length}` };
  }

  /** What one request comes to, for all the deliveries that it carries. */
  async function tell(
    process: Process,
    channel: Channel,
    announcement: Announcement,
    deliveries: readonly Delivery[],
  ): Promise<readonly Outcome[]> {
    const calledAt = clock.now();
    const outcomes = await call(process, channel, 'send', () => {
      const state = health.get(channel) ?? 'up';
      if (state === 'refusing') return deliveries.map(() => unreachable(channel));
      if (state === 'failing') return deliveries.map(() => unanswered(channel));
      const taken = deliveries.map((delivery) => take(channel, announcement, delivery, calledAt));
      return state === 'swallowing' ? deliveries.map(() => unanswered(channel)) : taken;
    });
    return outcomes === 'none' ? deliveries.map(() => unanswered(channel)) : outcomes;
  }

  /** The channel's sender inside one process. */
  function sender(channel: Channel, process: Process): ChannelSender {
    return {
      channel,
      doubt: doubtOf(channel, emailDoubt),
      async send(announcement, deliveries) {
        if (channel === 'email') return tell(process, channel, announcement, deliveries);
        const outcomes = deliveries.map((delivery) => tell(process, channel, announcement, [delivery]));
        return (await Promise.all(outcomes)).flat();
      },
      async ask({ update }, { recipient }) {
        const answer = await call(process, channel, 'ask', () => {
          if ((health.get(channel) ?? 'up') !== 'up') return 'none';
          return accepted.some(
            (one) => one.channel === channel && one.h === recipient.h && one.update === update.id,
          );
        });
        if (answer === 'none') return { kind: 'unknown' };
        return answer ? { kind: 'told', providerId: 'found' } : { kind: 'notTold' };
      },
      async probe() {
        return (await call(process, channel, 'probe', () => (health.get(channel) ?? 'up') === 'up')) === true;
      },
    };
  }

  return {
    sender,
    accepted,
    requests: (channel: Channel, operation: Operation) => requests.get(`${channel} ${operation}`) ?? 0,
    become(channel: Channel, state: Health) {
      health.set(channel, state);
    },
    /** Says what is refused, message by message. */
    refuse(next: Refusal) {
      refusal = next;
    },
    /** Lets calls take longer on their way; past the call's timeout they arrive when nobody waits any more. */
    slowDown(by: () => Millis) {
      slowness = by;
    },
  };
}

function doubtOf(channel: Channel, emailDoubt: ChannelSender['doubt']): ChannelSender['doubt'] {
  if (channel === 'email') return emailDoubt;
  return channel === 'webhook' ? 'resend' : 'ask';
}

/** As the senders classify a refused connection: a provider that all share is down, an endpoint is tried again by itself. */
function unreachable(channel: Channel): Outcome {
  if (channel === 'webhook') return { kind: 'retry', cause: 'webhook.ECONNREFUSED' };
  return { kind: 'backoff', scope: 'sender', cause: `${channel}.ECONNREFUSED`, afterMs: SECOND };
}

/** As the senders classify silence and 5xx: nobody knows; a receiver of webhooks knows a repetition by its id. */
function unanswered(channel: Channel): Outcome {
  if (channel === 'webhook') return { kind: 'retry', cause: 'webhook.timeout' };
  return { kind: 'inDoubt', cause: `${channel}.timeout` };
}
