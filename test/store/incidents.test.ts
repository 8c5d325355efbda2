import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/domain/incident.ts';
import { fullJitter } from '../../shared/runtime/back-off.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { anIncident, anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { losingAnswers } from './concurrently.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

let ids = 0;
const newId = () => `writer-${++ids}`;
const store = (client: Parameters<typeof incidentStore>[0] = tables.client) =>
  incidentStore(client, tables.names.incidents, newId);

const empty: Incident = { ...anIncident([anUpdate({ id: 'u0' })]), history: [] };
const adding = (name: string) => (incident: Incident | undefined) => ({
  ...(incident ?? empty),
  history: [...(incident?.history ?? []), name],
});

describe('change', () => {
  it('by fifty at once loses none', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
    await Promise.all(names.map((name) => store().change('batch', 'crowded', adding(name))));
    const { history = [] } = (await store().get('batch', 'crowded')) ?? {};
    expect(history.toSorted()).toEqual(names.toSorted());
  }, 60_000);

  it('by fifty who back off costs each a few writes, not fifty', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
    let writes = 0;
    const send = (command: Parameters<typeof tables.client.send>[0]) => {
      if (command.constructor.name === 'PutCommand') writes++;
      return tables.client.send(command);
    };
    const client = { send: send as typeof tables.client.send }; // one function for all overloads
    const patient = incidentStore(client, tables.names.incidents, newId, fullJitter(systemClock));
    await Promise.all(names.map((name) => patient.change('batch', 'polite', adding(name))));
    const { history = [] } = (await patient.get('batch', 'polite')) ?? {};
    expect(history.toSorted()).toEqual(names.toSorted());
    // In lock step it would be 50 + 49 + ... + 1 = 1,275.
    expect(writes).toBeLessThan(50 * 12);
  }, 60_000);

  it('whose answers are lost is applied once', async () => {
    const lossy = store(losingAnswers(tables.client));
    await lossy.change('batch', 'lossy', adding('a'));
    await lossy.change('batch', 'lossy', adding('b'));
    expect((await store().get('batch', 'lossy'))?.history).toEqual(['a', 'b']);
  });

  it('that changes nothing writes nothing', async () => {
    await store().change('batch', 'quiet', adding('a'));
    const watched = { writes: 0 };
    const send = (command: Parameters<typeof tables.client.send>[0]) => {
      if (command.constructor.name === 'PutCommand') watched.writes++;
      return tables.client.send(command);
    };
    const before = await store().get('batch', 'quiet');
    const client = { send: send as typeof tables.client.send }; // one function for all overloads
    const after = await store(client).change('batch', 'quiet', (incident) => incident ?? empty);
    expect(after).toEqual(before);
    expect(watched.writes).toBe(0);
  });

  it('gives what it wrote, and leaves other incidents and pages alone', async () => {
    expect((await store().change('batch', 'one', adding('a'))).history).toEqual(['a']);
    expect(await store().get('batch', 'two')).toBeUndefined();
    expect(await store().get('other', 'one')).toBeUndefined();
  });
});
