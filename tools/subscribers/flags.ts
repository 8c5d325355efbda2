import { parseArgs } from 'node:util';
import { EXPORT_STATES, type ExportState } from './export-file.ts';

interface Target {
  readonly page: string;
  readonly url: string;
  readonly key: string;
  readonly json: boolean;
}

export type Command = Target &
  (
    | {
        readonly kind: 'import';
        readonly file: string;
        readonly restart: boolean;
        readonly skipConfirmation: boolean;
        readonly concurrency: number;
      }
    | { readonly kind: 'export'; readonly out?: string; readonly state: ExportState }
    | { readonly kind: 'person'; readonly address: string; readonly everywhere: boolean }
    | {
        readonly kind: 'erase';
        readonly address: string;
        readonly everywhere: boolean;
        readonly yes: boolean;
      }
  );

export type Flags =
  | { readonly kind: 'run'; readonly command: Command }
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string };

export const HELP = `Usage: npm run subscribers -- <command> --page <page> --url <url> --key <key>

  import FILE          subscribe the rows of a CSV file; again: go on where it stopped
  export               write all subscribers as CSV
  person ADDRESS       show everything that is held on an address, as JSON
  erase ADDRESS        forget an address for good; asks first

  --page <page>        id of the page
  --url <url>          address of the API (or the environment variable FANOUT_URL)
  --key <key>          operator key (or FANOUT_KEY, which other users of the machine cannot see)
  --json               the result as one JSON object on stdout

  import:
  --skip-confirmation  you answer for the consent of every row: all are active at once
  --restart            from the first row, whatever was done before
  --concurrency <n>    requests at once, 1 to 64 (16)

  export:
  --out <file>         instead of stdout
  --state <state>      ${EXPORT_STATES.join(', ')} (all: of those who did not leave)

  person, erase:
  --everywhere         on every page of the deployment
  --yes                erase without asking

Exits with 0 if all was done, 1 if rows were refused or failed (see FILE.report.csv), 2 if the flags are wrong,
3 if it had to stop, 130 if it was interrupted.
`;

const OPTIONS = {
  page: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  json: { type: 'boolean' },
  'skip-confirmation': { type: 'boolean' },
  restart: { type: 'boolean' },
  concurrency: { type: 'string' },
  out: { type: 'string' },
  state: { type: 'string' },
  everywhere: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const OF_COMMAND: Readonly<Record<Command['kind'], readonly string[]>> = {
  import: ['skip-confirmation', 'restart', 'concurrency'],
  export: ['out', 'state'],
  person: ['everywhere'],
  erase: ['everywhere', 'yes'],
};
const OF_ALL = ['page', 'url', 'key', 'json', 'help'];

/** Reads the command line. What it does not know is a fault: a mistyped flag must not be an import without it. */
export function readFlags(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Flags {
  // Not strict: the errors of strict mode do not say what was expected.
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help) return { kind: 'help' };
  const [name = '', subject, ...more] = positionals;
  const kind = (['import', 'export', 'person', 'erase'] as const).find((known) => known === name);
  if (kind === undefined) return fault('import, export, person or erase', name);

  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const known = [...OF_ALL, ...OF_COMMAND[kind]];
    if (!known.includes(token.name)) {
      return fault(`one of ${known.map((flag) => `--${flag}`).join(', ')} for ${kind}`, token.rawName);
    }
    const type = OPTIONS[token.name as keyof typeof OPTIONS].type; // one of them, as was just seen
    if (type === 'string' && (token.value === undefined || token.value === '')) {
      return fault(`a value for ${token.rawName}`, '');
    }
    if (type === 'boolean' && token.value !== undefined)
      return fault(`${token.rawName} without a value`, token.value);
  }
  if (more[0] !== undefined) return fault('nothing more', more[0]);
  if (kind === 'export' && subject !== undefined) return fault('nothing after export (use --out)', subject);

  const flag = (of: keyof typeof OPTIONS) => (typeof values[of] === 'string' ? values[of] : undefined);
  const page = flag('page');
  const url = flag('url') ?? env['FANOUT_URL'];
  const key = flag('key') ?? env['FANOUT_KEY'];
  if (page === undefined || !/^[A-Za-z0-9_-]{1,64}$/.test(page))
    return fault('--page with the id of a page', page ?? '');
  if (url === undefined || !/^https?:\/\/[^\s/]/.test(url))
    return fault('--url with an http or https address', url ?? '');
  if (key === undefined || key === '') return fault('--key with the operator key', '');
  const target: Target = { page, url, key, json: values.json === true };

  switch (kind) {
    case 'import': {
      const concurrency = Number(flag('concurrency') ?? 16);
      if (subject === undefined) return fault('a FILE to import', '');
      if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
        return fault('--concurrency to be a whole number from 1 to 64', flag('concurrency') ?? '');
      }
      const restart = values.restart === true;
      const skipConfirmation = values['skip-confirmation'] === true;
      return run({ ...target, kind, file: subject, restart, skipConfirmation, concurrency });
    }
    case 'export': {
      const state = EXPORT_STATES.find((known) => known === (flag('state') ?? 'all'));
      if (state === undefined)
        return fault(`--state to be one of ${EXPORT_STATES.join(', ')}`, flag('state') ?? '');
      const out = flag('out');
      return run({ ...target, kind, state, ...(out !== undefined && { out }) });
    }
    case 'person':
    case 'erase': {
      if (subject === undefined)
        return fault('an ADDRESS: an email, +number, URL or Slack workspace/channel', '');
      const everywhere = values.everywhere === true;
      if (kind === 'person') return run({ ...target, kind, address: subject, everywhere });
      return run({ ...target, kind, address: subject, everywhere, yes: values.yes === true });
    }
  }
}

function run(command: Command): Flags {
  return { kind: 'run', command };
}

function fault(expected: string, got: string): Flags {
  return { kind: 'fault', message: `Expected ${expected}, got ${got === '' ? 'nothing' : `"${got}"`}` };
}
