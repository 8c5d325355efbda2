import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Largest resident set, in MB. */
  readonly peakMb: number;
}

const ROOT = resolve(import.meta.dirname, '../..');
const MEASURE =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('peak='+process.resourceUsage().maxRSS))";

/** `npm run subscribers -- ...args`, without npm. */
export async function subscribers(
  args: readonly string[],
  options: { readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', MEASURE, 'tools/subscribers.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.onStart?.((signal) => child.kill(signal));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const [, kilobytes = '0'] = /peak=(\d+)$/.exec(stderr) ?? [];
  return { code, stdout, stderr: stderr.replace(/peak=\d+$/, ''), peakMb: Number(kilobytes) / 1_024 };
}
