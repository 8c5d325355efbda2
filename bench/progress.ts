const CLEAR_LINE = '\r\u001b[2K';
const BAR = 30;

/** One bar on a terminal; elsewhere a line when something begins. */
export function showProgress(stream: NodeJS.WriteStream) {
  let current = '';
  return {
    show(what: string, share: number): void {
      if (!stream.isTTY) {
        if (what !== current) stream.write(`${what}\n`);
        current = what;
        return;
      }
      const full = Math.round(Math.min(1, Math.max(0, share)) * BAR);
      const bar = '━'.repeat(full).padEnd(BAR);
      stream.write(`${CLEAR_LINE}  ${bar}  ${what}`);
    },
    note(line: string): void {
      stream.write(`${stream.isTTY ? CLEAR_LINE : ''}${line}\n`);
    },
    stop(): void {
      if (stream.isTTY) stream.write(CLEAR_LINE);
    },
  };
}
