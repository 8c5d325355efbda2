import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { heapLimits } from '../../local/stack/functions/heap-limits.ts';
import { DELIVERY_NODE_OPTIONS } from '../../shared/deployment/channels.ts';

/** The limit of the heap in MB, as a process says that is started as functions are. */
function limitOf(memoryMb: number, nodeOptions: string): number {
  const script =
    "process.stdout.write(String(require('node:v8').getHeapStatistics().heap_size_limit / 2 ** 20))";
  const text = execFileSync(process.execPath, [...heapLimits(memoryMb, nodeOptions), '-e', script], {
    env: { NODE_OPTIONS: nodeOptions },
    encoding: 'utf8',
  });
  return Number(text);
}

describe("a function's heap", () => {
  it("is nine tenths of its memory, and V8's young generation", () => {
    expect(limitOf(512, '')).toBeGreaterThan(461);
    expect(limitOf(512, '--enable-source-maps')).toBe(limitOf(512, ''));
  });

  it('is what its own options say, as on Lambda', () => {
    expect(limitOf(512, DELIVERY_NODE_OPTIONS)).toBeLessThan(200);
    expect(heapLimits(512, '--max_semi_space_size=4')).toEqual([]);
  });
});
