import { type FileHandle, open } from 'node:fs/promises';
import { csvLine } from './csv-cells.ts';
import type { Sent } from './send-row.ts';

export interface ReportFile {
  add(row: number, sent: Sent): void;
  /** Writes what was added, and resolves with the size of the file. */
  flush(): Promise<number>;
  close(): Promise<void>;
}

/** The report beside the input: one line a row, in the order of the rows. What lies beyond `keepBytes` is written anew. */
export async function openReport(path: string, keepBytes: number): Promise<ReportFile> {
  const file: FileHandle = await open(path, keepBytes === 0 ? 'w' : 'r+');
  await file.truncate(keepBytes);
  let size = keepBytes;
  let lines = keepBytes === 0 ? csvLine(['row', 'outcome', 'reason']) : '';
  return {
    add(row, { outcome, reason }) {
      lines += csvLine([String(row), outcome, reason]);
    },
    async flush() {
      const bytes = Buffer.from(lines);
      lines = '';
      await file.write(bytes, 0, bytes.length, size);
      size += bytes.length;
      return size;
    },
    close: () => file.close(),
  };
}
