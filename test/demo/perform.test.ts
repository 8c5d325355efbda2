import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { AFFECTED_COMPONENTS, AFFECTED_GROUPS } from '../../local/demo/batch-page.ts';
import { perform } from '../../local/demo/perform.ts';
import type { DemoSubscriber } from '../../local/demo/subscribers.ts';
import { openTerminal } from '../../local/demo/terminal.ts';
import { fakeProduct } from './fake-product.ts';

const FIRST_GROUPS: readonly string[] = ['mep-core-services', 'delivery', 'api'];

/** Who is told: by text the first update that concerns one, and the end. */
function concerns(subscriber: DemoSubscriber, { id }: { id: string }): boolean {
  if (subscriber.channel !== 'sms' || id === 'batch-5-resolved') return isAbout(subscriber, id);
  const atFirst = isAbout(subscriber, 'batch-1-investigating');
  if (id === 'batch-1-investigating') return atFirst;
  return id === 'batch-2-update' && !atFirst && isAbout(subscriber, id);
}

/** Whom the incident is about, written out for its two audiences: ten components first, then all eighteen. */
function isAbout(subscriber: DemoSubscriber, id: string): boolean {
  const { components, groups, incidents } = subscriber;
  if (!components && !groups && !incidents) return true;
  const touched = id === 'batch-1-investigating' ? FIRST_GROUPS : AFFECTED_GROUPS;
  return (
    AFFECTED_COMPONENTS.some(({ id, group }) => touched.includes(group.id) && components?.includes(id)) ||
    touched.some((group) => groups?.includes(group)) ||
    incidents?.includes('major-downtime') === true
  );
}

function run(together: boolean, disturb?: Parameters<typeof fakeProduct>[0]['disturb']) {
  // A stream that is no terminal, as when the output goes to a file.
  const stream = new PassThrough() as unknown as NodeJS.WriteStream;
  return perform({
    ...fakeProduct({ concerns, steps: 2, ...(disturb && { disturb }) }),
    subscribers: 300,
    together,
    terminal: openTerminal(stream),
    signal: new AbortController().signal,
  });
}

test.each([false, true])('a product that keeps its promises passes (together: %s)', async (together) => {
  const { verdict, receipts, accepted } = await run(together);
  expect(verdict).toMatchObject({
    duplicates: 0,
    missed: 0,
    outsideAudience: 0,
    inversions: 0,
    passed: true,
  });
  expect(verdict.faults).toEqual([]);
  expect(receipts).toHaveLength(6);
  expect(receipts.reduce((sum, { told }) => sum + told, 0)).toBe(accepted);
});

test('a product that tells somebody twice, forgets somebody and tells a stranger fails on each', async () => {
  const { verdict } = await run(false, (message, place) => {
    if (place === 10) return [message, message];
    if (message.channel === 'webhook' && message.to.endsWith('/e/1') && message.update.includes('5'))
      return [];
    if (place === 20) return [message, { ...message, to: 'stranger@example.com' }];
    return [message];
  });
  expect(verdict).toMatchObject({ duplicates: 1, missed: 1, outsideAudience: 1, passed: false });
});
