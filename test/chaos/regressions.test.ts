import { expect, it } from 'vitest';
import { judge } from '../../chaos/oracles/judge.ts';
import { anUpdate, PAGE, settlePage } from '../../chaos/world/people.ts';
import { createWorld } from '../../chaos/world/world.ts';

// Found by `npm run chaos -- interleavings --seed 1`: whoever left after the call was in no sum of the receipt.
it('who was told by a sender that died, and left before the window was found, is counted', async () => {
  let isDead = false;
  const world = createWorld({
    faults: ({ service, operation, target }) => {
      if (isDead || service !== 'provider' || operation !== 'send' || target !== 'sms') return undefined;
      isDead = true;
      return 'diesAfter';
    },
  });
  const people = await settlePage(world, { email: 0, sms: 2, slack: 0, webhook: 0 });
  const published = [anUpdate('u1')];
  await world.play(async () => {
    await world.publish(anUpdate('u1'));
    await world.simulation.sleep(5_000);
    await world.byHand(({ subscribers }) =>
      Promise.all(people.map(({ h }) => subscribers.unsubscribe(PAGE, 'sms', h, world.clock.now()))),
    );
  });
  const stored = await world.byHand(({ updates }) => updates.get(PAGE, 'u1'));
  expect(isDead).toBe(true);
  expect(world.providers.accepted).not.toEqual([]);
  expect(stored?.receipt).toMatchObject({ matched: 2, told: world.providers.accepted.length });
  expect((await judge({ world, people, published, seen: [] })).violations).toEqual([]);
});

// Found by `npm run chaos -- interleavings --seed 1`: between reading a window and claiming it there is a moment to leave in.
it('who left between the reading of a window and its claim, and was told by a sender that died, is counted', async () => {
  let isDead = false;
  let leaver: string | undefined;
  const world = createWorld({
    faults: ({ service, operation, target }) => {
      if (isDead || service !== 'provider' || operation !== 'send' || target !== 'sms') return undefined;
      isDead = true;
      return 'diesAfter';
    },
    onWrite({ after }) {
      const claimedAt = after?.['claimedAt'];
      const h = leaver;
      if (typeof claimedAt !== 'number' || after?.['done'] !== false || h === undefined) return;
      leaver = undefined;
      void world.byHand(({ subscribers }) => subscribers.unsubscribe(PAGE, 'sms', h, claimedAt - 2));
    },
  });
  const people = await settlePage(world, { email: 0, sms: 2, slack: 0, webhook: 0 });
  leaver = people[0]?.h;
  const published = [anUpdate('u1')];
  await world.play(() => world.publish(anUpdate('u1')).then(() => undefined));
  const stored = await world.byHand(({ updates }) => updates.get(PAGE, 'u1'));
  expect(isDead).toBe(true);
  expect(world.providers.accepted).toHaveLength(2);
  expect(stored?.receipt).toMatchObject({ matched: 2, told: 2 });
  expect((await judge({ world, people, published, seen: [] })).violations).toEqual([]);
});
