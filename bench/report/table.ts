/** A table as it is printed, and written into the documentation. */
export interface Table {
  /** Names its place in `docs/performance.md`. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

export function toText({ title, columns, rows, notes = [] }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    title,
    '',
    line(columns),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    ...notes.map((note) => `\n${note}`),
    '',
  ].join('\n');
}

export function toMarkdown({ columns, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(columns), line(rule), ...rows.map(line), ...notes.flatMap((note) => ['', note])].join('\n');
}

/** Three significant digits, with separators: enough for whoever compares. */
export function figure(value: number, unit = ''): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const text = value.toLocaleString('en-US', { maximumFractionDigits: Math.min(6, digits) });
  return unit === '' ? text : `${text} ${unit}`;
}

export function times(value: number): string {
  return `${figure(value)} x`;
}
