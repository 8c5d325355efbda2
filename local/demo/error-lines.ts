import type { Terminal } from './terminal.ts';

/** A line that a function wrote, with the name of the function. */
export interface FunctionLine {
  readonly function: string;
  readonly line: string;
}

export interface ErrorLines {
  /** Takes any line; keeps it if it tells of an error. */
  take(line: FunctionLine): void;
  count(): number;
  /** The newest, oldest first. */
  last(): readonly FunctionLine[];
}

const KEPT = 5;
const ERROR_LEVELS: readonly unknown[] = ['ERROR', 'CRITICAL', 'FATAL'];

/** Collects the functions' error lines, so that a run that went well by its counts still shows what did not. */
export function collectErrorLines(): ErrorLines {
  const last: FunctionLine[] = [];
  let count = 0;
  return {
    take(line) {
      if (!tellsOfError(line.line)) return;
      count++;
      last.push(line);
      if (last.length > KEPT) last.shift();
    },
    count: () => count,
    last: () => last,
  };
}

/** Functions log JSON with a level; what is no JSON comes from the runtime, and is an error if it says so. */
function tellsOfError(line: string): boolean {
  if (!line.startsWith('{')) return /Error\b|FATAL|timed out/.test(line);
  try {
    return ERROR_LEVELS.includes(JSON.parse(line).level);
  } catch {
    return false;
  }
}

/** Says how many there were and shows the last few, if any. */
export function showErrorLines(errorLines: ErrorLines, terminal: Terminal): void {
  if (errorLines.count() === 0) return;
  terminal.line(
    terminal.style('yellow', `  ${errorLines.count()} error lines in the functions' logs, the last ones:`),
  );
  for (const { function: name, line } of errorLines.last())
    terminal.line(terminal.style('dim', `    ${name}: ${line}`));
  terminal.line();
}
