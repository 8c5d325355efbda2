import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toSvg } from './chart.ts';
import { readResults } from './results.ts';
import { toMarkdown } from './table.ts';
import { operations, targets } from './targets.ts';

/**
 * `node bench/report/write-docs.ts`: puts the saved results into the documentation. Replaces what stands between
 * `<!-- bench:id -->` and `<!-- /bench -->`, and the charts.
 */
const DOCS = join(import.meta.dirname, '../../docs');
const PATH = join(DOCS, 'performance.md');
const CHARTS = join(DOCS, 'images/performance');

const results = readResults();
const { machine, parts } = results;
let text = readFileSync(PATH, 'utf8');
mkdirSync(CHARTS, { recursive: true });
for (const { tables, charts = [] } of Object.values(parts)) {
  for (const table of tables) put(table.id, `**${table.title}.**\n\n${toMarkdown(table)}`);
  for (const chart of charts) writeFileSync(join(CHARTS, `${chart.id}.svg`), toSvg(chart));
}
put('targets', toMarkdown(targets(results)));
put('operations', toMarkdown(operations(results)));
put('machine', `Measured with ${machine}.`);
writeFileSync(PATH, text);

function put(id: string, content: string): void {
  const place = new RegExp(`(<!-- bench:${id} -->\n)[\\s\\S]*?(<!-- /bench -->)`);
  if (!place.test(text)) throw new Error(`Expected a place for ${id} in docs/performance.md, found none`);
  text = text.replace(place, (_, open: string, close: string) => `${open}\n${content}\n\n${close}`);
}
