import cliProgress from 'cli-progress';

export interface Progress {
  /** Bytes of the input done, and rows. */
  set(bytes: number, rows: number): void;
  stop(): void;
}

/** On what is no terminal, a line at most this often. */
const LINE_EVERY_MS = 5_000;

/** A bar over the bytes of a file; sparse lines where there is no terminal. The number of rows is not known before the end. */
export function startProgress(stream: NodeJS.WriteStream, totalBytes: number): Progress {
  if (!stream.isTTY) return lines(stream, totalBytes);
  const bar = new cliProgress.SingleBar({
    stream,
    format: '  {bar} {percentage}% · {rows} rows · {eta_formatted} left',
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    barsize: 40,
    hideCursor: true,
    // Interrupting is the command's business: it finishes what is in flight first.
    gracefulExit: false,
  });
  bar.start(totalBytes, 0, { rows: '0' });
  return {
    set: (bytes, rows) => bar.update(bytes, { rows: rows.toLocaleString('en') }),
    stop: () => bar.stop(),
  };
}

function lines(stream: NodeJS.WriteStream, totalBytes: number): Progress {
  let writtenAt = performance.now();
  return {
    set(bytes, rows) {
      if (performance.now() - writtenAt < LINE_EVERY_MS) return;
      writtenAt = performance.now();
      const percent = Math.floor((bytes / Math.max(1, totalBytes)) * 100);
      stream.write(`  ${percent} % · ${rows.toLocaleString('en')} rows\n`);
    },
    stop: () => {},
  };
}
