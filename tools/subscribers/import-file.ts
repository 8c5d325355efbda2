import type { Api } from './api.ts';
import {
  type Checkpoint,
  type Counts,
  checkpointOf,
  dropCheckpoint,
  identityOf,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import { createRowReader, type Row } from './columns.ts';
import { readCsv } from './read-csv.ts';
import { openReport } from './report-file.ts';
import { OUTCOMES, type Sent, sendRow } from './send-row.ts';

export interface ImportOptions {
  readonly api: Api;
  readonly path: string;
  /** Page and server: an import is resumed only where it was begun. */
  readonly target: string;
  readonly restart: boolean;
  /** The operator answers for the consent of every row. */
  readonly skipConfirmation: boolean;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly row: number; readonly bytes: number }) => void;
}

export interface ImportResult {
  readonly rows: number;
  readonly resumedAfter: number;
  readonly counts: Counts;
  readonly finished: boolean;
  readonly report: string;
}

/** Rows between two checkpoints: what a crash makes us send again, which does no harm. */
const ROWS_PER_CHECKPOINT = 500;

/**
 * Subscribes the rows of a file, `concurrency` at a time, in flat memory. The checkpoint beside the file says up to where every row
 * is done; the same command goes on from there. Results are written in the order of the rows, so that the report is whole up to
 * the checkpoint. Throws a Stop when it cannot go on, after a last checkpoint.
 */
export async function importFile(options: ImportOptions): Promise<ImportResult> {
  const { api, path, signal, onProgress, concurrency } = options;
  const checkpointPath = checkpointOf(path);
  const identity = await identityOf(path, `${options.target}|${options.skipConfirmation}`);
  if (options.restart) await dropCheckpoint(checkpointPath);
  const earlier = await readCheckpoint(checkpointPath, identity);
  let done: Checkpoint = earlier ?? { identity, row: 0, bytes: 0, reportBytes: 0, counts: noCounts() };
  const counts = { ...done.counts };
  const reportPath = `${path}.report.csv`;
  const report = await openReport(reportPath, done.reportBytes);

  type Task = { readonly row: number; readonly bytes: number; readonly sent: Promise<Sent | undefined> };
  const inFlight: Task[] = [];
  let last = { row: done.row, bytes: done.bytes };

  async function settleFirst(): Promise<void> {
    const first = inFlight.shift();
    if (first === undefined) return;
    const sent = await first.sent;
    if (sent !== undefined) {
      counts[sent.outcome]++;
      report.add(first.row, sent);
    }
    last = { row: first.row, bytes: first.bytes };
    onProgress(last);
    if (last.row - done.row >= ROWS_PER_CHECKPOINT) await save();
  }

  async function save(): Promise<void> {
    done = { identity, ...last, reportBytes: await report.flush(), counts: { ...counts } };
    await writeCheckpoint(checkpointPath, done);
  }

  const readRow = createRowReader();
  let finished = true;
  try {
    for await (const { row, cells, bytes } of readCsv(path)) {
      // Rows that are done are read all the same: a heading among them says how to read the others.
      const read = readRow(cells);
      if (row <= (earlier?.row ?? 0)) continue;
      if (signal.aborted) {
        finished = false;
        break;
      }
      const sent = work(api, read, options.skipConfirmation);
      // Awaited in its turn: until then a rejection is not unhandled.
      sent.catch(() => {});
      inFlight.push({ row, bytes, sent });
      if (inFlight.length >= concurrency) await settleFirst();
    }
    while (inFlight.length > 0) await settleFirst();
  } catch (error) {
    finished = false;
    await Promise.allSettled(inFlight.map(({ sent }) => sent));
    throw error;
  } finally {
    await save();
    await report.close();
    // What never began is not gone on with.
    if (finished || done.row === 0) await dropCheckpoint(checkpointPath);
  }
  return { rows: last.row, resumedAfter: earlier?.row ?? 0, counts, finished, report: reportPath };
}

/** What becomes of a row; undefined of a heading, which is no row of the report. */
async function work(api: Api, row: Row, skipConfirmation: boolean): Promise<Sent | undefined> {
  switch (row.kind) {
    case 'heading':
      return undefined;
    case 'skipped':
      return { outcome: 'skipped', reason: row.reason };
    case 'fault':
      return { outcome: 'refused', reason: row.reason };
    case 'subscriber':
      return sendRow(api, {
        ...row.subscriber,
        ...(skipConfirmation && { skip_confirmation_notification: true }),
      });
  }
}

function noCounts(): Counts {
  // Every outcome is there.
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Counts;
}
