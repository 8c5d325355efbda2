import { existsSync } from 'node:fs';
import { checkpointOf } from './subscribers/checkpoint.ts';
import { HELP, readFlags } from './subscribers/flags.ts';
import { run } from './subscribers/run.ts';
import { EXIT, Stop } from './subscribers/stop.ts';

async function main(argv: readonly string[]): Promise<number> {
  const flags = readFlags(argv, process.env);
  switch (flags.kind) {
    case 'help':
      process.stdout.write(HELP);
      return EXIT.done;
    case 'fault':
      process.stderr.write(`${flags.message}. All flags: npm run subscribers -- --help\n`);
      return EXIT.wrongFlags;
  }
  const interrupt = new AbortController();
  const onSignal = () => {
    // A second one does not wait for what is in flight.
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const { stdin, stdout, stderr } = process;
  // `export | head` ends early: that is no fault.
  stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.stopped),
  );
  try {
    return await run(flags.command, { stdin, stdout, stderr, signal: interrupt.signal });
  } catch (error) {
    if (error instanceof Stop) stderr.write(`\n  ${error.message}\n`);
    else stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
    if (flags.command.kind === 'import' && existsSync(checkpointOf(flags.command.file)))
      stderr.write('  What was done is kept: the same command goes on from there\n');
    return EXIT.stopped;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

process.exitCode = await main(process.argv.slice(2));
