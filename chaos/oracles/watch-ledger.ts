import { TABLES } from '../../shared/deployment/tables.ts';
import type { ChunkEntry } from '../../shared/domain/chunk.ts';
import { type ExceptionRow, isOpen } from '../../shared/domain/exception.ts';
import type { Item } from '../engine/expressions.ts';
import type { Write } from '../engine/memory-tables.ts';
import type { Violation } from './verdict.ts';

/**
 * Looks at every write as it takes effect: final states never change, a done chunk stays as it is, a cursor moves back only when
 * its owner gives back its own window, what is counted stays counted, a closed receipt stays closed.
 */
export function watchLedger() {
  const violations: Violation[] = [];
  const object = (write: Write, what: string) =>
    violations.push({
      invariant: 6,
      what: `${what}: ${describe(write.before)} became ${describe(write.after)}`,
    });

  function onWrite(write: Write): void {
    const { table, before, after } = write;
    if (before === undefined) return;
    if (table === TABLES.incidents.logicalId) watchUpdate(write, before, after);
    const sk = table === TABLES.deliveries.logicalId ? String(before['sk']) : '';
    if (sk.startsWith('row#')) watchRow(write, before, after);
    if (sk.startsWith('chunk#')) watchChunk(write, before, after);
  }

  function watchUpdate(write: Write, before: Item, after: Item | undefined): void {
    if (!('digest' in before) || before['closedAt'] === undefined) return;
    if (!isEqual(before['receipt'], after?.['receipt'])) object(write, 'a closed receipt changed');
  }

  function watchRow(write: Write, before: Item, after: Item | undefined): void {
    const row = before as unknown as ExceptionRow; // its key says so
    if (isOpen(row)) return;
    const { expiresAt: _, ...was } = before;
    const { expiresAt: __, ...is } = after ?? {};
    if (!isEqual(was, is)) object(write, 'a final delivery changed');
  }

  function watchChunk(write: Write, before: Item, after: Item | undefined): void {
    const was = before as unknown as ChunkEntry; // its key says so
    const is = after as unknown as ChunkEntry | undefined; // as above
    if (is === undefined) {
      object(write, 'a chunk vanished');
      return;
    }
    if (was.done && !isEqual(before, after)) object(write, 'a done chunk changed');
    if (is.prev < was.prev) object(write, 'a confirmed window was opened again');
    const givesBack = is.cursor === was.prev && is.owner === was.owner;
    if (is.cursor < was.cursor && !givesBack) object(write, 'a cursor moved back');
    for (const name of ['told', 'superseded', 'exceptions'] as const) {
      if (is.counts[name] < was.counts[name]) object(write, `${name} was counted and forgotten`);
    }
  }

  return { onWrite, violations };
}

const isEqual = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

function describe(item: Item | undefined): string {
  const { pk, sk, state, attempt, owner, prev, cursor, done, counts } = item ?? {};
  return JSON.stringify({ pk, sk, state, attempt, owner, prev, cursor, done, counts });
}
