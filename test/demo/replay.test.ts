import { expect, test } from 'vitest';
import { BATCH_INCIDENT } from '../../local/demo/batch-incident.ts';
import { receiptSchema } from '../../local/demo/receipt.ts';
import { type ReplayWatcher, replay } from '../../local/demo/replay.ts';

const NOTHING = { matched: 0, told: 0, failed: 0, retrying: 0, superseded: 0, suppressed: 0, inDoubt: 0 };

/** A product that tells one chunk more each time it is asked, then closes the receipt. It writes down what it did. */
function slowProduct(options: { readonly chunks: number; readonly stuck?: string }) {
  const events: string[] = [];
  const asked = new Map<string, number>();
  return {
    events,
    async publish(_page: string, { id }: { id: string }) {
      events.push(`published ${id}`);
      asked.set(id, -1);
      return { update: id, sequence: asked.size };
    },
    async receipt(_page: string, id: string) {
      const times = (asked.get(id) ?? 0) + 1;
      asked.set(id, times);
      const done = id === options.stuck ? 0 : Math.min(times, options.chunks);
      const tally = { ...NOTHING, matched: done, told: done };
      return receiptSchema.parse({
        ...tally,
        update: id,
        sequence: [...asked.keys()].indexOf(id) + 1,
        complete: done === options.chunks && times > options.chunks + 1,
        chunks: { done, of: options.chunks },
        channels: { email: tally, sms: NOTHING, slack: NOTHING, webhook: NOTHING },
      });
    },
  };
}

function watch(events: string[]): ReplayWatcher & { readonly ended: number[] } {
  const ended: number[] = [];
  return {
    ended,
    onProgress: (channel, count) => channel === 'email' && ended.push(count),
    onTold: ({ id }) => events.push(`told ${id}`),
    onAllTold: () => events.push('all told'),
  };
}

const ids = BATCH_INCIDENT.map(({ id }) => id);
const rest = { page: 'batch', updates: BATCH_INCIDENT, signal: new AbortController().signal };

test('each update is published when the one before is told, and the last receipt is awaited', async () => {
  const door = slowProduct({ chunks: 1 });
  const watcher = watch(door.events);
  const receipts = await replay({ ...rest, door, watcher, together: false });

  expect(door.events).toEqual([...ids.flatMap((id) => [`published ${id}`, `told ${id}`]), 'all told']);
  expect(receipts.map(({ update }) => update)).toEqual(ids);
  expect(receipts.every(({ complete }) => complete)).toBe(true);
  expect(watcher.ended.at(-1)).toBe(6);
});

test('together, all are published in order before any is told', async () => {
  const door = slowProduct({ chunks: 2 });
  await replay({ ...rest, door, watcher: watch(door.events), together: true });
  expect(door.events.slice(0, 6)).toEqual(ids.map((id) => `published ${id}`));
  expect(door.events.slice(6)).toEqual([...ids.map((id) => `told ${id}`), 'all told']);
});

test('a replay that nothing moves in ends without the rest', async () => {
  const door = slowProduct({ chunks: 1, stuck: 'batch-2-update' });
  const receipts = await replay({
    ...rest,
    door,
    watcher: watch(door.events),
    together: false,
    stalledAfterMs: 300,
  });
  expect(receipts.map(({ update, chunks }) => `${update} ${chunks.done}`)).toEqual([
    'batch-1-investigating 1',
    'batch-2-update 0',
  ]);
  expect(door.events).not.toContain('all told');
});

test('a replay ends at once when it is told to stop', async () => {
  const door = slowProduct({ chunks: 1, stuck: ids[0] ?? '' });
  const signal = AbortSignal.timeout(50);
  const stopped = replay({ ...rest, door, watcher: watch(door.events), together: false, signal });
  await expect(stopped).rejects.toThrow('aborted');
});
