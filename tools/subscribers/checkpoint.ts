import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { OUTCOMES } from './send-row.ts';
import { Stop } from './stop.ts';

const countsSchema = z.record(z.enum(OUTCOMES), z.int().nonnegative());

const checkpointSchema = z.object({
  /** What the import was begun with: resuming another one would skip rows. */
  identity: z.string(),
  /** Every row up to this one is done and in the report. */
  row: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  reportBytes: z.int().nonnegative(),
  counts: countsSchema,
});

export type Counts = z.infer<typeof countsSchema>;
export type Checkpoint = z.infer<typeof checkpointSchema>;

const HEAD_BYTES = 64 * 1024;

/** Lies beside the file. */
export function checkpointOf(file: string): string {
  return `${file}.progress.json`;
}

/** Names an import: the file by its size and beginning, and where it goes. */
export async function identityOf(path: string, target: string): Promise<string> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    return createHash('sha256').update(`${target}|${size}|`).update(head).digest('base64url');
  } finally {
    await file.close();
  }
}

/** Where an earlier run of the same import stopped, or undefined. Throws a Stop when it was another import. */
export async function readCheckpoint(path: string, identity: string): Promise<Checkpoint | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = checkpointSchema.safeParse(parseJson(text));
  if (parsed.success && parsed.data.identity === identity) return parsed.data;
  throw new Stop(
    `Expected ${path} to be of this file, page and server, got ${parsed.success ? 'that of another import' : 'something else'}: begin anew with --restart`,
  );
}

/** Replaces the checkpoint in one step: after a crash there is the old one or the new one. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(checkpoint)}\n`);
  await rename(`${path}.new`, path);
}

export async function dropCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
