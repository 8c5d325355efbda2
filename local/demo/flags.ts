import { parseArgs } from 'node:util';
import { USUAL_PORT } from './free-port.ts';
import { MOST_SUBSCRIBERS } from './subscribers.ts';

/** What `npm start` was asked for. */
export interface DemoOptions {
  readonly subscribers: number;
  readonly exit: boolean;
  readonly json: boolean;
  readonly together: boolean;
  /** A minute as deployed. Shorter here: the sweeper is what closes receipts, and somebody waits for them. */
  readonly sweepEverySeconds: number;
  readonly port?: number;
  readonly processesPerFunction?: number;
  readonly disorderSeed?: number;
  /** Recipients a second that the stand-in for SES takes, and says that it takes. */
  readonly emailRate?: number;
}

export type Flags =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string };

const SUBSCRIBERS = 2_000;
const SWEEP_EVERY_SECONDS = 5;

export const HELP = `Usage: npm start -- [flags]

Builds the stack, runs it on this machine, seeds the page "Batch" and replays its incident of 13 October 2021.

  --subscribers <n>    subscribers on four channels, 1 to ${MOST_SUBSCRIBERS} (${SUBSCRIBERS})
  --together           publish all six updates at once instead of each when the one before is told
  --sweep-every <s>    seconds between sweeps, 1 to 3600 (${SWEEP_EVERY_SECONDS}; deployed: 60)
  --disorder <seed>    deliver the queues' messages shuffled, and each one twice
  --email-rate <n>     mails a second that the stand-in for SES takes, 1 to 50000 (50000)
  --processes <n>      processes per function, 1 to 32 (2)
  --port <n>           port of the HTTP API (${USUAL_PORT}, or any that is free)
  --exit               stop after the verdict instead of staying up
  --json               print the receipts and the verdict as one JSON object, the last line of stdout
  --help               this text

Exits with 0 if all was told as promised, 1 if not, 2 if the flags are wrong.
`;

const OPTIONS = {
  subscribers: { type: 'string' },
  exit: { type: 'boolean' },
  json: { type: 'boolean' },
  together: { type: 'boolean' },
  'sweep-every': { type: 'string' },
  port: { type: 'string' },
  processes: { type: 'string' },
  disorder: { type: 'string' },
  'email-rate': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line. A flag that is given twice counts as it is given last. */
export function readFlags(argv: readonly string[]): Flags {
  // Not strict: the errors of strict mode do not say what was expected.
  const { values, tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });

  for (const token of tokens) {
    if (token.kind === 'positional') return fault('flags only', token.value);
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(OPTIONS, token.name))
      return fault(`one of ${Object.keys(OPTIONS).map(dashed).join(', ')}`, token.rawName);
    const isBoolean = OPTIONS[token.name as keyof typeof OPTIONS].type === 'boolean'; // just looked up
    if (isBoolean && token.value !== undefined) return fault(`${token.rawName} without a value`, token.value);
  }
  if (values.help) return { kind: 'help' };

  const numbers: Partial<Record<keyof typeof OPTIONS, number>> = {};
  for (const [flag, least, most] of [
    ['subscribers', 1, MOST_SUBSCRIBERS],
    ['sweep-every', 1, 3_600],
    ['port', 1, 65_535],
    ['processes', 1, 32],
    ['disorder', 0, 2 ** 31 - 1],
    ['email-rate', 1, 50_000],
  ] as const) {
    const given = values[flag];
    if (given === undefined) continue;
    const value = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= least && value <= most))
      return fault(`${dashed(flag)} to be a whole number from ${least} to ${most}`, given);
    numbers[flag] = value;
  }

  return {
    kind: 'run',
    options: {
      subscribers: numbers.subscribers ?? SUBSCRIBERS,
      exit: values.exit === true,
      json: values.json === true,
      together: values.together === true,
      sweepEverySeconds: numbers['sweep-every'] ?? SWEEP_EVERY_SECONDS,
      ...(numbers.port === undefined ? {} : { port: numbers.port }),
      ...(numbers.processes === undefined ? {} : { processesPerFunction: numbers.processes }),
      ...(numbers.disorder === undefined ? {} : { disorderSeed: numbers.disorder }),
      ...(numbers['email-rate'] === undefined ? {} : { emailRate: numbers['email-rate'] }),
    },
  };
}

function dashed(flag: string): string {
  return `--${flag}`;
}

function fault(expected: string, got: string | boolean): Flags {
  return {
    kind: 'fault',
    message: `Expected ${expected}, got ${typeof got === 'string' ? `"${got}"` : 'no value'}`,
  };
}
