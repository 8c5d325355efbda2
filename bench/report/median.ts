import type { AwsCounts } from '../engines/counts.ts';
import type { Figures } from '../session/figures.ts';

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** Of each figure the median over the runs; of what must never happen, duplicates and losses, the sum. */
export function medianOf(runs: readonly Figures[]): Figures {
  const [first] = runs;
  if (first === undefined) throw new Error('Expected at least one run, got none');
  const middle = (read: (run: Figures) => number) => median(runs.map(read));
  const sum = (read: (run: Figures) => number) => runs.reduce((total, run) => total + read(run), 0);
  const names = new Set(runs.flatMap(({ aws }) => Object.keys(aws.calls)));
  const aws: AwsCounts = {
    calls: Object.fromEntries([...names].map((name) => [name, middle((run) => run.aws.calls[name] ?? 0)])),
    readUnits: middle((run) => run.aws.readUnits),
    writeUnits: middle((run) => run.aws.writeUnits),
  };
  return {
    rows: first.rows,
    expected: first.expected,
    told: middle((run) => run.told),
    repeated: sum((run) => run.repeated),
    lost: sum((run) => run.lost),
    planMs: middle((run) => run.planMs),
    firstMs: middle((run) => run.firstMs),
    lastMs: middle((run) => run.lastMs),
    perSecond: middle((run) => run.perSecond),
    planCpuMs: middle((run) => run.planCpuMs),
    sendCpuMs: middle((run) => run.sendCpuMs),
    engineCpuMs: middle((run) => run.engineCpuMs),
    aws,
    throttledCalls: middle((run) => run.throttledCalls),
    invocations: middle((run) => run.invocations),
    messages: middle((run) => run.messages),
    logBytes: middle((run) => run.logBytes),
    peakRssMb: Math.max(...runs.map((run) => run.peakRssMb)),
  };
}
