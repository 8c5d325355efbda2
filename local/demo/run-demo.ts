import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startProviders } from '../providers/start-providers.ts';
import { startStack } from '../stack/start-stack.ts';
import { type DemoResult, resultJson, showResult } from './demo-result.ts';
import { EMPTY_PAGE } from './empty-page.ts';
import { collectErrorLines, showErrorLines } from './error-lines.ts';
import type { DemoOptions } from './flags.ts';
import { frontDoor } from './front-door.ts';
import { peakMemory } from './memory.ts';
import { operatorNotes } from './operator-notes.ts';
import { perform } from './perform.ts';
import { plannedWork } from './planned-work.ts';
import { synthesize } from './synthesize.ts';
import type { Terminal } from './terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Three, so that tokens are chosen by workspace and not by luck. */
const SLACK_TEAMS = ['T0BATCH01', 'T0BATCH02', 'T0BATCH03'];

/**
 * Runs the whole demo: builds, starts, seeds, replays, judges, shows; then stays up until `signal`, unless asked to
 * exit. Whatever happens, all that it started is stopped.
 *
 * @returns the exit code: 0 if all was told as promised, 1 if not.
 */
export async function runDemo(context: {
  readonly options: DemoOptions;
  /** Of the HTTP API. 0: any that is free. */
  readonly port: number;
  readonly terminal: Terminal;
  readonly printJson: (result: unknown) => void;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { options, port, terminal, signal } = context;
  const startedAt = performance.now();
  const secondsSince = (then: number) => (performance.now() - then) / 1_000;
  const errorLines = collectErrorLines();
  await using running = new AsyncDisposableStack();

  terminal.line(terminal.style('bold', '\n  incident-fanout on this machine\n'));
  const template = await terminal.step('Building the stack: template and bundles', () =>
    synthesize({ root: ROOT, outDir: `${ROOT}.local/cdk.out`, signal }),
  );
  const synthesizeSeconds = secondsSince(startedAt);

  const providers = await terminal.step('Starting the stand-ins for SES, Twilio, Slack and webhooks', () =>
    startProviders({
      teams: SLACK_TEAMS,
      ...(options.emailRate !== undefined && { rates: { email: options.emailRate } }),
    }),
  );
  running.defer(() => providers.stop());
  signal.throwIfAborted();

  const stack = await terminal.step('Starting the stack: tables, queues, functions, API', async () =>
    startStack({
      template,
      endpoints: { ses: providers.urls.ses },
      environment: {
        TWILIO_URL: providers.urls.twilio,
        SLACK_URL: providers.urls.slack,
        WEBHOOK_PRIVATE_TARGETS: 'allow',
        // The stand-ins take what comes; the settings' rates are those of a new account at the real providers.
        RATES: '{}',
        // Where the fictional phone numbers are.
        SMS_COUNTRIES: '["US"]',
      },
      secrets: { TwilioSecret: providers.credentials.twilio, SlackSecret: providers.credentials.slack },
      sweepEverySeconds: options.sweepEverySeconds,
      port,
      ...(options.processesPerFunction && { processesPerFunction: options.processesPerFunction }),
      ...(options.disorderSeed !== undefined && {
        disorder: { seed: options.disorderSeed, shuffle: true, repeat: 1 },
      }),
      localRoutes: (request) => providers.handle(request),
      onLog: errorLines.take,
    }),
  );
  running.defer(() => stack.stop());
  providers.configureEmail(stack.mailReports);
  signal.throwIfAborted();

  const { apiUrl } = stack;
  const operatorKey = String((await stack.secret('OperatorSecret'))['key']);
  const door = frontDoor({ apiUrl, operatorKey, signal });
  const performed = await perform({
    door,
    stands: {
      teams: SLACK_TEAMS,
      webhookBase: providers.urls.webhook,
      registerWebhook: providers.registerWebhook,
      accepted: () => providers.accepted(),
    },
    subscribers: options.subscribers,
    together: options.together,
    terminal,
    signal,
  }).catch((error: unknown) => {
    showErrorLines(errorLines, terminal);
    throw error;
  });

  const result: DemoResult = {
    ...performed,
    subscribers: options.subscribers,
    seconds: secondsSince(startedAt),
    synthesizeSeconds,
    memory: peakMemory(stack.statistics()),
    errorLines: errorLines.count(),
    refused: providers.refused().length,
  };
  showResult(result, terminal);
  showErrorLines(errorLines, terminal);
  if (result.refused > 0)
    terminal.line(
      terminal.style(
        'yellow',
        `  The stand-ins objected to ${result.refused} calls: ${apiUrl}/_local/refused\n`,
      ),
    );
  if (options.json) context.printJson(resultJson(result));

  if (!options.exit) {
    await door.putPage(EMPTY_PAGE);
    await door.plan(EMPTY_PAGE.id, plannedWork(Date.now()));
    const statuspageToken = String((await stack.secret('StatuspageSecret'))['token']);
    for (const line of operatorNotes({ apiUrl, operatorKey, statuspageToken }, terminal.style))
      terminal.line(line);
    terminal.line('\n  The stack stays up. Ctrl-C stops it.\n');
    if (!signal.aborted) await once(signal, 'abort');
  }
  return result.verdict.passed ? 0 : 1;
}
