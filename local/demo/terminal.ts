import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

const TICK_MS = 100;
const STEP_WIDTH = 60;
const CLEAR_LINE = '\r\u001b[2K';

/** Where the demo writes for people: stdout, or stderr when stdout is for a machine. */
export interface Terminal {
  readonly stream: NodeJS.WriteStream;
  line(text?: string): void;
  /** Colours, unless the stream is no terminal or NO_COLOR is set. */
  style(style: Style, text: string): string;
  /** Names the work and shows how long it takes; once done, one line says so. A failure is marked and passed on. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function openTerminal(stream: NodeJS.WriteStream): Terminal {
  function line(text = ''): void {
    stream.write(`${text}\n`);
  }

  function style(name: Style, text: string): string {
    return styleText(name, text, { stream });
  }

  async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const show = (mark: string) => `  ${mark} ${name.padEnd(STEP_WIDTH)} ${style('dim', seconds(startedAt))}`;
    const tick = () => stream.write(CLEAR_LINE + show(style('cyan', '…')));
    const ticking = stream.isTTY ? setInterval(tick, TICK_MS) : undefined;
    let mark = style('red', '✘');
    try {
      const result = await work();
      mark = style('green', '✔');
      return result;
    } finally {
      clearInterval(ticking);
      line((stream.isTTY ? CLEAR_LINE : '') + show(mark));
    }
  }

  return { stream, line, style, step };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`.padStart(7);
}
