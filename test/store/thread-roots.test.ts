import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { threadRootStore } from '../../shared/store/thread-roots.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const H = 'a'.repeat(24);
const store = () => threadRootStore(tables.client, tables.names.deliveries);
const rootOf = async (incident: string) => (await store().read('batch', incident, [H])).get(H)?.ts;

describe('the root of a thread', () => {
  it('is that of the first writer', async () => {
    await store().write('batch', 'first', H, { ts: '1.1' });
    await store().write('batch', 'first', H, { ts: '2.2' });
    expect(await rootOf('first')).toBe('1.1');
  });

  it('is one, although twenty write at once', async () => {
    const written = Array.from({ length: 20 }, (_, index) => `${index}.1`);
    await Promise.all(written.map((ts) => store().write('batch', 'crowded', H, { ts })));
    const first = await rootOf('crowded');
    expect(written).toContain(first);
    await store().write('batch', 'crowded', H, { ts: 'late' });
    expect(await rootOf('crowded')).toBe(first);
  });

  it('that Slack has lost gives way, once', async () => {
    await store().write('batch', 'lost', H, { ts: '1.1' });
    await store().write('batch', 'lost', H, { ts: '2.2' }, { ts: '1.1' });
    expect(await rootOf('lost')).toBe('2.2');
    await store().write('batch', 'lost', H, { ts: '3.3' }, { ts: '1.1' });
    expect(await rootOf('lost')).toBe('2.2');
  });

  it('is found by incident and channel, for over a hundred at once', async () => {
    const hs = Array.from({ length: 120 }, (_, index) => `${index}`.padStart(24, '0'));
    await Promise.all(hs.map((h) => store().write('batch', 'many', h, { ts: h })));
    const roots = await store().read('batch', 'many', [...hs, 'f'.repeat(24)]);
    expect([...roots.values()].map(({ ts }) => ts).sort()).toEqual(hs);
    expect(await store().read('batch', 'other', hs)).toEqual(new Map());
  });
});
