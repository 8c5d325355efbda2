import { styleText } from 'node:util';
import type { Experiment, Findings } from './experiments/experiment.ts';

export interface Part {
  readonly experiment: Experiment;
  readonly findings: Findings;
  readonly seconds: number;
}

const COLUMNS = ['runs', 'violations', 'lost', 'toldTwice', 'inDoubt', 'sentAgain'] as const;

/** Failures of one experiment that are shown; the rest are counted. */
const MOST_SHOWN = 10;

export function toJson(parts: readonly Part[], seed: number) {
  const total = (name: (typeof COLUMNS)[number]) =>
    parts.reduce((sum, { findings }) => sum + findings[name], 0);
  const seconds = (value: number) => Math.round(value * 10) / 10;
  return {
    ...Object.fromEntries(COLUMNS.map((name) => [name, total(name)])),
    seconds: seconds(parts.reduce((sum, part) => sum + part.seconds, 0)),
    seed,
    experiments: Object.fromEntries(
      parts.map(({ experiment, findings: { failures, facts, ...counts }, seconds: took }) => [
        experiment.name,
        { ...counts, seconds: seconds(took), ...facts, ...(failures.length > 0 && { failures }) },
      ]),
    ),
  };
}

export function printTable(parts: readonly Part[], seed: number): void {
  const header = ['experiment', ...COLUMNS.map(words), 'seconds', ''];
  const rows = parts.map(({ experiment, findings, seconds }) => [
    experiment.name,
    ...COLUMNS.map((name) => String(findings[name])),
    seconds.toFixed(1),
    Object.entries(findings.facts)
      .map(([name, value]) => `${value} ${words(name)}`)
      .join(', '),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) =>
        at === 0 || at === row.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  console.log(styleText('bold', line(header)));
  for (const [index, row] of rows.entries()) {
    const isClean = parts[index]?.findings.violations === 0;
    console.log(`${line(row)}${isClean ? '' : styleText('red', '  ✘')}`);
  }
  console.log(styleText('dim', `seed ${seed}`));
}

export function printFailures(parts: readonly Part[]): void {
  for (const { experiment, findings } of parts) {
    for (const { replay, violations } of findings.failures.slice(0, MOST_SHOWN)) {
      console.error(styleText('red', `\n${experiment.name}: ${replay}`));
      for (const violation of violations.slice(0, MOST_SHOWN)) console.error(`  ${violation}`);
    }
    const more = findings.failures.length - MOST_SHOWN;
    if (more > 0) console.error(`  and ${more} runs more`);
  }
}

/** `toldTwice` as people write it. */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
