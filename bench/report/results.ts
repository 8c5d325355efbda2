import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { PartResult } from '../parts/part.ts';

const FILE = join(import.meta.dirname, '../results.json');

/** The last results of each part, and where they were measured. */
export interface Results {
  readonly machine: string;
  readonly parts: Readonly<Record<string, PartResult>>;
}

export function readResults(): Results {
  // Only `saveResults` writes it.
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { machine: '', parts: {} };
}

/** Keeps the results of these parts beside those of the others, so that a long benchmark may be run in pieces. */
export function saveResults(parts: Readonly<Record<string, PartResult>>): void {
  const [cpu] = cpus();
  const machine = `Node.js ${process.versions.node} on ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'})`;
  const results: Results = { machine, parts: { ...readResults().parts, ...parts } };
  writeFileSync(FILE, `${JSON.stringify(results, undefined, 2)}\n`);
}
