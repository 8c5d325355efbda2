import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

/**
 * Whether an import's memory grows with its file: `npm run subscribers -- import` against the API at FANOUT_URL (key FANOUT_KEY), with
 * what the process holds at each tenth of the rows. Linux only: it reads /proc.
 *
 *     node tools/measure/import-memory.ts [rows = 100000] [page = demo]
 */
const rows = Number(process.argv[2] ?? 100_000);
const page = process.argv[3] ?? 'demo';
const TOOL = fileURLToPath(new URL('../subscribers.ts', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'incident-fanout-import-'));
try {
  const file = join(folder, 'people.csv');
  await writePeople(file);
  process.exitCode = await watchImport(file);
} finally {
  await rm(folder, { recursive: true });
}

/** Addresses are different each time, so that no row of an earlier run is met again. */
async function writePeople(path: string): Promise<void> {
  const run = Date.now().toString(36);
  const file = createWriteStream(path);
  for (let n = 0; n < rows; n++) {
    if (!file.write(`email,reader-${run}-${n}@example.com,true\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

async function watchImport(file: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [TOOL, 'import', file, '--page', page, '--json'], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  const exited = once(child, 'exit');
  let tenth = 1;
  const timer = setInterval(() => {
    const done = rowsDone(`${file}.progress.json`);
    if (done < (rows * tenth) / 10 || child.exitCode !== null) return;
    report(child.pid, done, startedAt);
    tenth = Math.floor((done * 10) / rows) + 1;
  }, 500);
  const [code] = await exited;
  clearInterval(timer);
  process.stdout.write(`${seconds(startedAt)} s in all, exit code ${code}\n`);
  return typeof code === 'number' ? code : 1;
}

function report(pid: number | undefined, done: number, startedAt: number): void {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024);
  process.stdout.write(
    `${String(done).padStart(7)} rows  ${String(seconds(startedAt)).padStart(5)} s  rss ${megabytes('VmRSS')} MB, peak ${megabytes('VmHWM')} MB\n`,
  );
}

/** The import's own checkpoint: every 500 rows. */
function rowsDone(path: string): number {
  try {
    return Number(JSON.parse(readFileSync(path, 'utf8')).row);
  } catch {
    return 0;
  }
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1_000);
}
