import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { finished } from 'node:stream/promises';
import { type Api, connect, readProblem } from './api.ts';
import { exportSubscribers } from './export-file.ts';
import type { Command } from './flags.ts';
import { importFile } from './import-file.ts';
import { startProgress } from './progress.ts';
import { OUTCOMES } from './send-row.ts';
import { EXIT, Stop } from './stop.ts';

export interface Surroundings {
  /** For the result alone. */
  readonly stdout: NodeJS.WriteStream;
  /** For people. */
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly signal: AbortSignal;
}

/** Runs a command. Resolves with the exit code; rejects with a Stop when it cannot go on. */
export async function run(command: Command, around: Surroundings): Promise<number> {
  const api = connect(command);
  switch (command.kind) {
    case 'import':
      return runImport(command, api, around);
    case 'export':
      return runExport(command, api, around);
    case 'person': {
      const { address, everywhere } = command;
      around.stdout.write(`${JSON.stringify(await ask(api, '/person', { address, everywhere }), null, 2)}\n`);
      return EXIT.done;
    }
    case 'erase':
      return runErase(command, api, around);
  }
}

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

async function runImport(command: Of<'import'>, api: Api, { stdout, stderr, signal }: Surroundings) {
  const { file, page, url, restart, skipConfirmation, concurrency, json } = command;
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size === undefined) {
    stderr.write(`Expected ${file} to be a file, got none\n`);
    return EXIT.wrongFlags;
  }
  const progress = startProgress(stderr, size);
  const result = await importFile({
    api,
    path: file,
    target: `${url}|${page}`,
    restart,
    skipConfirmation,
    concurrency,
    signal,
    onProgress: ({ row, bytes }) => progress.set(bytes, row),
  }).finally(() => progress.stop());
  const { counts, report, resumedAfter, rows } = result;
  if (json) stdout.write(`${JSON.stringify(result)}\n`);
  else {
    if (resumedAfter > 0) stderr.write(`  Went on after row ${resumedAfter}\n`);
    const parts = OUTCOMES.flatMap((name) => (counts[name] > 0 ? [`${counts[name]} ${name}`] : []));
    stderr.write(`  ${parts.join(' · ') || 'No rows'}\n  Row by row: ${report}\n`);
  }
  if (!result.finished) {
    stderr.write(`  Interrupted after row ${rows}: the same command goes on from there\n`);
    return EXIT.interrupted;
  }
  return counts.refused + counts.failed > 0 ? EXIT.someRefused : EXIT.done;
}

async function runExport(command: Of<'export'>, api: Api, { stdout, stderr }: Surroundings) {
  const { out, state, json } = command;
  // Addresses are in it: for the owner's eyes.
  const file = out === undefined ? undefined : createWriteStream(out, { mode: 0o600 });
  const opened = file && finished(file);
  // A disk that is full is told below; until then it is not unhandled.
  opened?.catch(() => {});
  const rows = await exportSubscribers({ api, out: file ?? stdout, state, json, onProgress: () => {} });
  file?.end();
  await opened;
  stderr.write(`  ${rows.toLocaleString('en')} subscribers${out === undefined ? '' : ` in ${out}`}\n`);
  return EXIT.done;
}

async function runErase(command: Of<'erase'>, api: Api, { stdin, stdout, stderr }: Surroundings) {
  const { address, everywhere, yes, page, json } = command;
  const where = everywhere ? 'every page' : `page ${page}`;
  if (!yes) {
    if (!stdin.isTTY)
      throw new Stop('Expected --yes where nobody can be asked, got none: nothing was erased');
    const lines = createInterface({ input: stdin, output: stderr });
    const answer = await lines.question(`  Erase this address from ${where} for good? Type erase: `);
    lines.close();
    if (answer.trim() !== 'erase') throw new Stop('Expected "erase", got another answer: nothing was erased');
  }
  const result = await ask(api, '/erase', { address, everywhere });
  if (json) stdout.write(`${JSON.stringify(result)}\n`);
  else stderr.write(`  Erased from ${where}: ${JSON.stringify(result)}\n`);
  return EXIT.done;
}

async function ask(api: Api, path: string, body: unknown): Promise<unknown> {
  const answer = await api.call('POST', path, body);
  if (answer.status === 200) return answer.body;
  throw new Stop(readProblem(answer).reason);
}
