import { parseArgs } from 'node:util';

export interface Flags {
  readonly quick: boolean;
  readonly json: boolean;
  /** Whether to keep the results for the documentation. */
  readonly save: boolean;
  /** The parts to run, in their order. */
  readonly only: readonly string[];
}

/** The flags, or what to say when they are not understood or help is asked for. */
export function readFlags(args: readonly string[], parts: readonly string[]): Flags | string {
  const usage = [
    'npm run bench -- [options]',
    '',
    '  --quick        a minute: fewer subscribers, one run each',
    `  --only <part>  one of ${parts.join(', ')}; may be repeated`,
    '  --json         all figures as JSON on stdout',
    '  --save         keeps the results for `node bench/report/write-docs.ts`',
  ].join('\n');
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.only.filter((name) => !parts.includes(name));
    if (values.help) return usage;
    if (unknown.length > 0)
      return `Expected --only ${parts.join(' | ')}, got ${unknown.join(', ')}\n\n${usage}`;
    const only = values.only.length === 0 ? parts : parts.filter((name) => values.only.includes(name));
    return { quick: values.quick, json: values.json, save: values.save, only };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${usage}`;
  }
}
