import type { Scheduler } from 'fast-check';
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
      const { operation, target } = what;
      const name = `${process.name}: ${operation} ${target}`;
      const hangsUpAt = clock.now() + (journey.hangsUpAfter ?? Number.POSITIVE_INFINITY);
      await scheduler.schedule(Promise.resolve(), `${name} arrives`);
      const happened = clock.now() < hangsUpAt ? outcomeOf(effect) : { error: hungUp() };
      await scheduler.schedule(Promise.resolve(), `${name} is answered`);
      if (!process.isAlive()) return new Promise(() => undefined);
      if (clock.now() >= hangsUpAt) throw hungUp();
      if ('error' in happened) throw happened.error;
      return happened.value;
    },
  };
}

const hungUp = () => new NoAnswer('Expected an answer in time, got none');
