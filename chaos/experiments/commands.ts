import fc from 'fast-check';
import { CHANNELS, type Channel } from '../../shared/domain/channel.ts';
import { UPDATE_STATUSES, type UpdateStatus } from '../../shared/domain/status.ts';
import { SECOND } from '../../shared/domain/time.ts';
import type { Update } from '../../shared/domain/update.ts';
import { anUpdate, aPerson, PAGE, type Person, rowOf, scopeOf, type Wish } from '../world/people.ts';
import type { Health } from '../world/providers.ts';
import type { World } from '../world/world.ts';

/** What the world is known to have come to: who wants what, and what was published. */
export interface Model {
  readonly people: Person[];
  /** Signed up and not confirmed: nobody is to tell them anything. */
  readonly pending: Person[];
  readonly published: Update[];
  /** Publishers that go on until they are answered. */
  readonly publishing: Promise<unknown>[];
}

type Command = fc.AsyncCommand<Model, World>;

/** A command under a name that says what it does, for the story that fast-check prints. */
function command(name: string, run: (model: Model, world: World) => Promise<unknown>): Command {
  return {
    check: () => true,
    async run(model, world) {
      await run(model, world);
    },
    toString: () => name,
  };
}

/** Tries one request again until it is answered: what a person does whose page did not load. */
async function insist<T>(world: World, act: (stores: Stores) => Promise<T>): Promise<void> {
  for (;;) {
    const answer = await world.invoke('subscriptions', 10 * SECOND, async ({ stores }) => ({
      done: await act(stores),
    }));
    if (answer !== undefined) return;
    await world.simulation.sleep(SECOND);
  }
}

type Stores = Parameters<Parameters<World['byHand']>[0]>[0];

const pick = <T>(items: readonly T[], index: number): T | undefined =>
  items[index % Math.max(1, items.length)];

function publish(components: readonly string[], status: UpdateStatus): Command {
  return command(`publish ${status} of ${components.join('+') || 'nothing'}`, async (model, world) => {
    const update = anUpdate(`u${model.published.length + 1}`, components, { status });
    model.published.push(update);
    const answer = world.publish(update);
    model.publishing.push(answer);
    await answer;
  });
}

/** The same id again: with the same content the first answer, with another one a conflict, and nothing changes. */
function edit(index: number): Command {
  return command(`edit ${index}`, async (model, world) => {
    const update = pick(model.published, index);
    if (update === undefined) return;
    const answers = await world.invoke('ingest', 20 * SECOND, async ({ ingest }) => [
      (await ingest(update)).kind,
      (await ingest({ ...update, body: 'Something else.' })).kind,
    ]);
    if (answers !== undefined && answers.join() !== 'repeated,conflict') {
      throw new Error(`Expected repeated,conflict of ${update.id}, got ${answers.join()}`);
    }
  });
}

/** Publishes, and the function that takes it dies a moment later. */
function crashIngest(afterMs: number): Command {
  return command(`publish and die after ${afterMs}`, async (model, world) => {
    const update = anUpdate(`u${model.published.length + 1}`, ['web']);
    model.published.push(update);
    const answer = world.publish(update);
    model.publishing.push(answer);
    await world.simulation.sleep(afterMs);
    world.killOne();
    await answer;
  });
}

function signUp(channel: Channel, wish: Wish): Command {
  return command(`sign up for ${wish} by ${channel}`, async (model, world) => {
    const name = String(1_000 + model.people.length + model.pending.length).padStart(7, '0');
    const person = aPerson(channel, name, wish, Number.POSITIVE_INFINITY);
    const now = world.clock.now();
    const { confirmedAt: _, ...row } = rowOf(person, now);
    await insist(world, ({ subscribers }) =>
      subscribers.put({ ...row, state: 'pending', pendingUntil: now + 3_600_000 }),
    );
    model.pending.push(person);
  });
}

function confirm(index: number): Command {
  return command(`confirm ${index}`, async (model, world) => {
    const person = pick(model.pending, index);
    if (person === undefined) return;
    model.pending.splice(model.pending.indexOf(person), 1);
    const now = world.clock.now();
    const confirmed: Person = { ...person, wishes: [{ from: now, to: person.wishes[0]?.to ?? 'page' }] };
    await insist(world, ({ subscribers }) => subscribers.put(rowOf(confirmed, now)));
    // Whoever confirms while an update is accepted may be told or not: their own moment decides, and it has passed.
    model.people.push({ ...confirmed, lateUntil: world.clock.now() });
  });
}

function leave(index: number): Command {
  return command(`leave ${index}`, async (model, world) => {
    const person = pick(model.people, index);
    if (person === undefined || person.leaving !== undefined) return;
    const asked = world.clock.now();
    person.leaving = { asked };
    await insist(world, ({ subscribers }) =>
      subscribers.unsubscribe(PAGE, person.channel, person.h, world.clock.now()),
    );
    person.leaving = { asked, answered: world.clock.now() };
  });
}

function changeWish(index: number, wish: Wish): Command {
  return command(`${index} wants ${wish}`, async (model, world) => {
    const person = pick(model.people, index);
    if (person === undefined || person.leaving !== undefined) return;
    person.wishes.push({ from: world.clock.now(), to: wish });
    const since = person.wishes[0]?.from ?? 0;
    await insist(world, ({ subscribers }) =>
      subscribers.put({ ...rowOf(person, since), scope: scopeOf(wish) }),
    );
  });
}

const provider = (channel: Channel, state: Health) =>
  command(`${channel} is ${state}`, async (_, world) => world.providers.become(channel, state));

const sleep = (seconds: number) =>
  command(`wait ${seconds} s`, (_, world) => world.simulation.sleep(seconds * SECOND));

const disturbances: readonly Command[] = [
  command('crash a sender', async (_, world) => world.killOne()),
  command('redeliver all', async (_, world) => world.queues.repeatAll()),
  command('wipe all queues', async (_, world) => world.queues.wipe()),
  command('redrive', async (_, world) => world.queues.redrive()),
  command('sweep twice at once', (_, world) => Promise.all([world.sweep(), world.sweep()])),
];

const wishes: readonly Wish[] = ['page', ['api'], ['mail'], ['api', 'web']];
const index = fc.nat(30);

/** Everything that can happen, with what matters most happening most. */
export const anything: fc.Arbitrary<Command>[] = [
  fc
    .tuple(fc.subarray(['api', 'mail', 'web']), fc.constantFrom(...UPDATE_STATUSES.slice(0, 6)))
    .map((args) => publish(...args)),
  fc
    .tuple(fc.subarray(['api', 'mail', 'web']), fc.constantFrom(...UPDATE_STATUSES.slice(0, 6)))
    .map((args) => publish(...args)),
  index.map(edit),
  fc.integer({ min: 1, max: 120 }).map(crashIngest),
  fc.tuple(fc.constantFrom(...CHANNELS), fc.constantFrom(...wishes)).map((args) => signUp(...args)),
  index.map(confirm),
  index.map(leave),
  fc.tuple(index, fc.constantFrom(...wishes)).map((args) => changeWish(...args)),
  fc
    .tuple(
      fc.constantFrom(...CHANNELS),
      fc.constantFrom<Health>('refusing', 'failing', 'swallowing', 'up', 'up', 'up'),
    )
    .map((args) => provider(...args)),
  fc.integer({ min: 0, max: 3 }).map(sleep),
  fc.integer({ min: 0, max: 180 }).map(sleep),
  fc.constantFrom(...disturbances),
];
