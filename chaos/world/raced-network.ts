import type { Scheduler } from 'fast-check';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import { type Network, NoAnswer, outcomeOf } from './network.ts';
import type { Simulation } from './simulation.ts';

/**
 * A network whose requests and answers arrive in any order that a scheduler chooses, however much time passes meanwhile: an answer may be
 * overtaken by everything that its asker's rivals do. Only a call of a provider has a bound: who makes it hangs up after its timeout.
 * Once `isCalm`, the usual network carries everything.
 */
export function racedNetwork(
  simulation: Simulation,
  usual: Network,
  scheduler: Scheduler,
  isCalm: () => boolean,
): Network {
  const { clock } = simulation;
  return {
    points: usual.points,
    async request(process, what, journey, effect) {
      if (isCalm()) return usual.request(process, what, journey, effect);
      if (!process.isAlive()) return new Promise(() => undefined);
      const { service, operation, target } = what;
      const name = `${process.name}: ${operation} ${target}`;
      const hangsUpAt =
        service === 'provider'
          ? clock.now() + CHANNEL_SIZING[target as Channel].callTimeoutMs
          : Number.POSITIVE_INFINITY;
      await scheduler.schedule(Promise.resolve(), `${name} arrives`);
      const happened = clock.now() < hangsUpAt ? outcomeOf(effect) : { error: new NoAnswer('Hung up') };
      await scheduler.schedule(Promise.resolve(), `${name} is answered`);
      if (!process.isAlive()) return new Promise(() => undefined);
      if ('error' in happened) throw happened.error;
      return happened.value;
    },
  };
}
