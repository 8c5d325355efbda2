import { HELP, readFlags } from './demo/flags.ts';
import { choosePort } from './demo/free-port.ts';
import { runDemo } from './demo/run-demo.ts';
import { openTerminal } from './demo/terminal.ts';

/** As a shell reports a program that Ctrl-C ended. */
const INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const LINGER_MS = 3_000;

async function main(argv: readonly string[]): Promise<number> {
  const flags = readFlags(argv);
  switch (flags.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'fault':
      process.stderr.write(`${flags.message}. All flags: npm start -- --help\n`);
      return 2;
  }

  const { options } = flags;
  // Before anything is built: whoever asked for a port that is taken does not wait to hear of it.
  const port = await choosePort(options.port);
  if (port === undefined) {
    process.stderr.write(`Expected --port to be one that is free, got ${options.port}, which is in use\n`);
    return 2;
  }

  const interrupt = new AbortController();
  const onSignal = () => {
    // A second one does not wait for a stack that is slow to stop.
    if (interrupt.signal.aborted) process.exit(INTERRUPTED);
    interrupt.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);

  try {
    return await runDemo({
      options,
      port,
      terminal: openTerminal(options.json ? process.stderr : process.stdout),
      printJson: (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
      signal: interrupt.signal,
    });
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED;
    process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

process.exitCode = await main(process.argv.slice(2));

// Everything is stopped by now. Should a part have left something open, that is a fault, but no reason to hang.
setTimeout(() => {
  process.stderr.write(`Expected nothing to be open, got ${process.getActiveResourcesInfo().join(', ')}\n`);
  process.exit();
}, LINGER_MS).unref();
