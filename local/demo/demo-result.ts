import { BATCH_INCIDENT, updateName } from './batch-incident.ts';
import { memoryLine, type peakMemory } from './memory.ts';
import type { Performance } from './perform.ts';
import { receiptTable } from './receipt-table.ts';
import type { Terminal } from './terminal.ts';
import { verdictLines } from './verdict-lines.ts';

/** What came of a replay, and what it took. */
export interface DemoResult extends Performance {
  readonly subscribers: number;
  /** From the first line to the verdict. */
  readonly seconds: number;
  readonly synthesizeSeconds: number;
  readonly memory: ReturnType<typeof peakMemory>;
  /** Error lines in the functions' logs. */
  readonly errorLines: number;
  /** Calls that the stand-ins objected to. */
  readonly refused: number;
}

/** The receipts, the verdict and the figures, for people. */
export function showResult(result: DemoResult, terminal: Terminal): void {
  const { receipts, verdict, subscribers, accepted, seconds, synthesizeSeconds, seedSeconds, replaySeconds } =
    result;
  for (const receipt of receipts) {
    const update = BATCH_INCIDENT.find(({ id }) => id === receipt.update);
    terminal.line(`\n  ${terminal.style('bold', update ? updateName(update) : receipt.update)}`);
    for (const line of receiptTable(receipt, terminal.style)) terminal.line(`  ${line}`);
  }
  terminal.line();
  for (const line of verdictLines(verdict, terminal.style)) terminal.line(line);
  terminal.line(`
  ${subscribers.toLocaleString('en')} subscribers, ${accepted.toLocaleString('en')} messages accepted
  ${seconds.toFixed(1)} s: build ${synthesizeSeconds.toFixed(1)}, seed ${seedSeconds.toFixed(1)}, replay ${replaySeconds.toFixed(1)}
  ${memoryLine(result.memory)}
`);
}

/** The same for machines: what `--json` prints. */
export function resultJson({ receipts, verdict, ...figures }: DemoResult): Record<string, unknown> {
  return {
    updates: receipts,
    duplicates: verdict.duplicates,
    repeats: verdict.repeats,
    missed: verdict.missed,
    outsideAudience: verdict.outsideAudience,
    inversions: verdict.inversions,
    faults: verdict.faults,
    subscribers: figures.subscribers,
    accepted: figures.accepted,
    seconds: rounded(figures.seconds),
    seedSeconds: rounded(figures.seedSeconds),
    replaySeconds: rounded(figures.replaySeconds),
    memoryMb: figures.memory,
    errorLines: figures.errorLines,
    refused: figures.refused,
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
