import cliProgress from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** On what is no terminal, a line at most this often. */
const PLAIN_LINE_MS = 5_000;

const CLEAR_TO_END = '\u001b[K';

/** Bars that fill up side by side. */
export interface Progress {
  set(name: string, value: number): void;
  /** A line that stays, above the bars. */
  note(line: string): void;
  /** Leaves the bars as they are. To be called once, whatever happened. */
  stop(): void;
}

/** One bar per total on a terminal; a line every five seconds elsewhere. */
export function startProgress(
  terminal: Terminal,
  totals: readonly { readonly name: string; readonly total: number }[],
): Progress {
  return terminal.stream.isTTY ? drawBars(terminal, totals) : writeLines(terminal, totals);
}

function drawBars(terminal: Terminal, totals: Parameters<typeof startProgress>[1]): Progress {
  const width = Math.max(...totals.map(({ name }) => name.length));
  const bars = new cliProgress.MultiBar({
    stream: terminal.stream,
    format: `    {name} ${terminal.style('cyan', '{bar}')} {done} of {all}`,
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    barsize: 40,
    hideCursor: true,
    // The demo stops on signals by itself, and stops the bars then.
    gracefulExit: false,
    // A note pushes the bars down a line: those that did not move since must be drawn there all the same.
    forceRedraw: true,
  });
  const barOf = new Map(
    totals.map(({ name, total }) => [
      name,
      bars.create(total, 0, { name: name.padEnd(width), done: pad(0), all: number(total) }),
    ]),
  );
  return {
    set: (name, value) => barOf.get(name)?.update(value, { done: pad(value) }),
    // The line is written over a bar, and the bar may be longer.
    note: (line) => bars.log(`${line}${CLEAR_TO_END}\n`),
    stop() {
      // Lines and values of the last moment wait for a timer that `stop` clears.
      bars.update();
      bars.stop();
    },
  };
}

function writeLines(terminal: Terminal, totals: Parameters<typeof startProgress>[1]): Progress {
  const values = new Map<string, number>();
  let writtenAt = performance.now();
  return {
    set(name, value) {
      values.set(name, value);
      if (performance.now() - writtenAt < PLAIN_LINE_MS) return;
      writtenAt = performance.now();
      const parts = totals.map(
        (bar) => `${bar.name} ${number(values.get(bar.name) ?? 0)} of ${number(bar.total)}`,
      );
      terminal.line(`    ${parts.join(' · ')}`);
    },
    note: (line) => terminal.line(line),
    stop: () => {},
  };
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function pad(value: number): string {
  return number(value).padStart(7);
}
