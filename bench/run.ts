import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.ts';
import { IDEMPOTENCY_TABLE, LEDGER_TABLE } from './contenders/tables.ts';
import { startEngines } from './engines/start-engines.ts';
import { readFlags } from './flags.ts';
import { channels } from './parts/channels.ts';
import { compare } from './parts/compare.ts';
import { functions } from './parts/functions.ts';
import { match } from './parts/match.ts';
import { pace } from './parts/pace.ts';
import type { Part, PartResult } from './parts/part.ts';
import { sizes } from './parts/sizes.ts';
import { trouble } from './parts/trouble.ts';
import { startPostgres } from './postgres.ts';
import { showProgress } from './progress.ts';
import { saveResults } from './report/results.ts';
import { toText } from './report/table.ts';

/**
 * `npm run bench`: our fan-out beside what people would write, on the same engines. Tables on stdout, or figures with
 * `--json`; how far it is on stderr.
 */
const PARTS: Readonly<Record<string, Part>> = { compare, trouble, sizes, channels, match, pace, functions };

const commandLine = readFlags(process.argv.slice(2), Object.keys(PARTS));
if (commandLine.kind === 'help') {
  console.log(commandLine.usage);
  process.exit();
}
if (commandLine.kind === 'fault') {
  console.error(commandLine.message);
  process.exit(2);
}
const { flags } = commandLine;

// Everything that was started ends with this process, which a signal would end without a word.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

const directory = mkdtempSync(join(tmpdir(), 'incident-fanout-bench-'));
const progress = showProgress(process.stderr);
const built = await buildAll(directory);
const engines = await startEngines();
const postgres = await startPostgres();
if (postgres === undefined)
  progress.note('No PostgreSQL is installed here: the job queue in Postgres is left out.');
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const results: Record<string, PartResult> = {};
try {
  for (const table of [LEDGER_TABLE, IDEMPOTENCY_TABLE]) await engines.createTable(table);
  for (const name of flags.only) {
    const part = PARTS[name];
    if (part === undefined) continue;
    results[name] = await part({
      engines,
      built,
      quick: flags.quick,
      postgresUrl: postgres?.url,
      progress: (what, share) => progress.show(`${name}: ${what}`, share),
    });
    if (flags.save) saveResults({ [name]: results[name] });
    if (!flags.json) for (const table of results[name].tables) console.log(`\n${toText(table)}`);
  }
} finally {
  progress.stop();
  await engines.stop();
  await postgres?.stop();
  rmSync(directory, { recursive: true, force: true });
}
if (flags.json) console.log(JSON.stringify(results, undefined, 2));
process.exit();
