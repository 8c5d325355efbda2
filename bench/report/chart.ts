/** A bar per row on a logarithmic scale: what is compared here lies orders of magnitude apart. */
export interface Chart {
  /** File name without `.svg`. */
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly text: string;
    readonly ours: boolean;
  }[];
}

const WIDTH = 760;
const LABELS = 270;
const RIGHT = 90;
const TOP = 46;
const ROW = 30;

/**
 * The chart as SVG. Its colours follow the reader's scheme; ours stand out. No script, no font but the reader's.
 */
export function toSvg({ title, unit, bars }: Chart): string {
  const values = bars.map(({ value }) => value).filter((value) => value > 0);
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)) - 0.3);
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  const span = WIDTH - LABELS - RIGHT;
  const x = (value: number) => (value <= 0 ? 0 : (span * Math.log10(value / low)) / Math.log10(high / low));
  const height = TOP + bars.length * ROW + 34;
  const decades = Array.from(
    { length: Math.round(Math.log10(high / low)) + 1 },
    (_, index) => low * 10 ** index,
  );
  const bottom = TOP + bars.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeText(title)}">`,
    '<style>',
    'text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#1f2328}.title{font-size:15px;font-weight:600}.dim{fill:#59636e;font-size:11px}',
    '.grid{stroke:#d1d9e0}.bar{fill:#8c959f}.ours{fill:#0969da}.back{fill:#ffffff}',
    '@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.dim{fill:#9198a1}.grid{stroke:#3d444d}.bar{fill:#656c76}.ours{fill:#4493f8}.back{fill:#0d1117}}',
    '</style>',
    `<rect class="back" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="12" y="26">${escapeText(title)}</text>`,
    `<text class="dim" x="${WIDTH - 12}" y="26" text-anchor="end">${escapeText(unit)}</text>`,
    ...decades.flatMap((value) => {
      const at = (LABELS + x(value)).toFixed(1);
      return [
        `<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${bottom}"/>`,
        `<text class="dim" x="${at}" y="${bottom + 16}" text-anchor="middle">${label(value)}</text>`,
      ];
    }),
    ...bars.flatMap(({ label: name, value, text, ours }, index) => {
      const y = TOP + index * ROW;
      const width = Math.max(2, x(value));
      return [
        `<text x="${LABELS - 10}" y="${y + 16}" text-anchor="end">${escapeText(name)}</text>`,
        `<rect class="${ours ? 'ours' : 'bar'}" x="${LABELS}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 10}" rx="2"/>`,
        `<text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 16}">${escapeText(text)}</text>`,
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

function label(value: number): string {
  return value >= 1 ? value.toLocaleString('en-US') : String(Number(value.toPrecision(1)));
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
