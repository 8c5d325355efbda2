import type { ChannelSender, Delivery } from '../../shared/channels/channel.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { Outcome } from '../../shared/domain/outcome.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One message that a provider accepted: what its recipient has. */
export interface Accepted {
  readonly channel: Channel;
  readonly h: string;
  readonly update: string;
  readonly sequence: number;
  readonly at: number;
}

/** The process dies here: nothing after this line runs. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * What happens to one delivery. `accept`: told. `acceptThenCrash`: told, and the process dies before it knows.
 * `crash`: it dies before the call left. `acceptThenTimeout`: told, and the answer is lost.
 */
export type Fate = 'accept' | 'acceptThenCrash' | 'crash' | 'acceptThenTimeout' | Outcome;

export type Script = (channel: Channel, delivery: Delivery, update: string) => Fate | Promise<Fate>;

function doubtOf(channel: Channel, emailDoubt: ChannelSender['doubt']): ChannelSender['doubt'] {
  if (channel === 'email') return emailDoubt;
  return channel === 'webhook' ? 'resend' : 'ask';
}

/** Providers that keep a record of what they accepted, and do what a script says. */
export function testProvider(clock: VirtualClock, emailDoubt: ChannelSender['doubt'] = 'resendOnce') {
  const accepted: Accepted[] = [];
  const news: { readonly h: string; readonly news: string; readonly cause: string }[] = [];
  let calls = 0;
  let probes = 0;
  let script: Script = () => 'accept';
  let answersProbe = true;

  /** `alive`: whether the process that sends still runs. */
  function sender(channel: Channel, alive: () => boolean = () => true): ChannelSender {
    return {
      channel,
      doubt: doubtOf(channel, emailDoubt),
      async send({ update }, deliveries) {
        calls++;
        const outcomes: Outcome[] = [];
        let dies = false;
        for (const delivery of deliveries) {
          const fate = await script(channel, delivery, update.id);
          if (!alive()) throw new Crash('deadline');
          const kind = typeof fate === 'string' ? fate : fate.kind;
          if (kind === 'accept' || kind === 'acceptThenCrash' || kind === 'acceptThenTimeout') {
            const { h } = delivery.recipient;
            accepted.push({ channel, h, update: update.id, sequence: update.sequence, at: clock.now() });
          }
          if (kind === 'crash' || kind === 'acceptThenCrash') dies = true;
          if (typeof fate !== 'string') outcomes.push(fate);
          else if (fate === 'acceptThenTimeout')
            outcomes.push({ kind: 'inDoubt', cause: `${channel}.timeout` });
          else outcomes.push({ kind: 'sent', providerId: `${accepted.length}` });
        }
        // Calls take time, and others run meanwhile.
        await new Promise((resolve) => setImmediate(resolve));
        if (dies) throw new Crash(channel);
        return outcomes;
      },
      async ask({ update }, { recipient }) {
        const found = accepted.find(
          (one) => one.channel === channel && one.h === recipient.h && one.update === update.id,
        );
        return found ? { kind: 'told', providerId: 'found' } : { kind: 'notTold' };
      },
      async tellOwner({ h }, what, cause) {
        news.push({ h, news: what, cause });
      },
      async probe() {
        probes++;
        return answersProbe;
      },
    };
  }

  return {
    sender,
    accepted,
    news,
    calls: () => calls,
    probes: () => probes,
    follow(next: Script) {
      script = next;
    },
    answerProbes(answers: boolean) {
      answersProbe = answers;
    },
  };
}
