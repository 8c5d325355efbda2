import { Presets, SingleBar } from 'cli-progress';

/** What takes longer than this shows how far it has come. */
const SHOW_AFTER_MS = 2_000;

/** A bar on stderr, where it is a terminal; nothing for what is over in a moment. */
export function showProgress(name: string) {
  const startedAt = performance.now();
  const bar = new SingleBar(
    {
      format: `  ${name.padEnd(14)} {bar} {value}/{total}  {eta_formatted}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  let isShown = false;
  return {
    update(done: number, of: number): void {
      if (!process.stderr.isTTY || performance.now() - startedAt < SHOW_AFTER_MS) return;
      if (!isShown) bar.start(of, done);
      isShown = true;
      bar.setTotal(of);
      bar.update(done);
    },
    say(line: string): void {
      process.stderr.write(isShown ? `\r\x1b[K${line}\n` : `${line}\n`);
    },
    stop(): void {
      if (isShown) bar.stop();
    },
  };
}
