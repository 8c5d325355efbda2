import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fullJitter } from '../../shared/runtime/back-off.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { isTrouble } from '../../shared/runtime/trouble.ts';
import { activityKey } from '../../shared/store/keys.ts';
import { pageActivityStore } from '../../shared/store/page-activity.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

let ids = 0;
const newId = () => `writer-${++ids}`;

/** Each of an incident of its own, as when a history is filled in; the later ones are stored first. */
function burst(page: string, size: number) {
  return Array.from({ length: size }, (_, index) => {
    const id = `u${String(index).padStart(3, '0')}`;
    const template = anUpdate({ id, page, acceptedAt: 1_000 + size - index });
    return { ...template, incident: { ...template.incident, id } };
  });
}

it('takes in a burst of updates of one page: none is refused for being one of many', async () => {
  const store = pageActivityStore(tables.client, tables.names.incidents, newId, fullJitter(systemClock));
  const updates = burst('busy', 45);
  await Promise.all(updates.map((update) => store.note(update)));
  const { incidents, updates: recent } = await store.get('busy');
  const newest = updates.map(({ id }) => id);
  expect(incidents.map(({ id }) => id)).toEqual(newest.slice(0, 40));
  expect(recent.map(({ id }) => id)).toEqual(newest.slice(0, 20));
}, 60_000);

it('who is overtaken over and over is told to come again, not that there is a bug', async () => {
  const [first, second] = burst('lockstep', 2);
  if (first === undefined || second === undefined) throw new Error('Expected two updates');
  await pageActivityStore(tables.client, tables.names.incidents, newId).note(second);
  const rivalled = rival(tables.client, activityKey('lockstep'));
  const store = pageActivityStore(rivalled, tables.names.incidents, newId);
  const error = await store.note(first).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'Overtaken' });
  expect(isTrouble(error)).toBe(true);
}, 60_000);

/** A client that somebody is always quicker than: before each of its writes another one changes the item. */
function rival(client: TestTables['client'], Key: { pk: string; sk: string }): TestTables['client'] {
  const send = async (command: Parameters<typeof client.send>[0]) => {
    if (command.constructor.name === 'PutCommand') {
      await client.send(
        new UpdateCommand({
          TableName: tables.names.incidents,
          Key,
          UpdateExpression: 'SET version = version + :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    }
    return client.send(command);
  };
  return { send: send as typeof client.send } as typeof client; // one function for all overloads; nothing else is called
}
