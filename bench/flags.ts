import { parseArgs } from 'node:util';

export interface Flags {
  readonly quick: boolean;
  readonly json: boolean;
  /** Whether to keep the results for the documentation. */
  readonly save: boolean;
  /** The parts to run, in their order. */
  readonly only: readonly string[];
}

export type CommandLine =
  | { readonly kind: 'run'; readonly flags: Flags }
  | { readonly kind: 'help'; readonly usage: string }
  /** Not understood: what was expected and what was got, and the usage. */
  | { readonly kind: 'fault'; readonly message: string };

export function readFlags(args: readonly string[], parts: readonly string[]): CommandLine {
  const usage = [
    'npm run bench -- [options]',
    '',
    '  --quick        some minutes: fewer subscribers, one run each',
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
    if (values.help) return { kind: 'help', usage };
    if (unknown.length > 0)
      return fault(`Expected --only to be one of ${parts.join(', ')}, got ${unknown.join(', ')}`, usage);
    const only = values.only.length === 0 ? parts : parts.filter((name) => values.only.includes(name));
    const { quick, json, save } = values;
    return { kind: 'run', flags: { quick, json, save, only } };
  } catch (error) {
    return fault(error instanceof Error ? error.message : String(error), usage);
  }
}

function fault(what: string, usage: string): CommandLine {
  return { kind: 'fault', message: `${what}\n\n${usage}` };
}
