import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../cdk/check-settings.ts';
import { buildApp, STACK_NAME } from '../../cdk/compose-app.ts';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { type RunningStack, startStack } from '../../local/stack/start-stack.ts';
import { SETTINGS } from '../settings.ts';

export interface Whole extends AsyncDisposable {
  readonly stack: RunningStack;
  readonly providers: Providers;
  /** Calls the HTTP API as the operator. Rejects with the answer when it is no 2xx. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** All that functions wrote to their logs and put into queues. */
  readonly written: { readonly logs: readonly string[]; readonly messages: readonly string[] };
  /** Lines that tell of errors, by whoever wrote them. */
  errors(): readonly string[];
}

/** The template that deploys, with its bundles, on this machine. */
export async function startWhole(): Promise<Whole> {
  const outdir = mkdtempSync(join(tmpdir(), 'incident-fanout-whole-'));
  const settings: Settings = {
    ...SETTINGS,
    channels: {
      email: { on: true, perSecond: 100 },
      sms: { on: true, perSecond: 100 },
      slack: { on: true, perSecond: 100 },
      webhook: { on: true, perSecond: 100 },
    },
  };
  const { app } = await buildApp(settings, { outdir, checkSchemas: false });
  app.synth();

  const errors: string[] = [];
  const written = { logs: [] as string[], messages: [] as string[] };
  const providers = await startProviders();
  const stack = await startStack({
    template: join(outdir, `${STACK_NAME}.template.json`),
    endpoints: { ses: providers.urls.ses },
    environment: {
      TWILIO_URL: providers.urls.twilio,
      SLACK_URL: providers.urls.slack,
      WEBHOOK_PRIVATE_TARGETS: 'allow',
    },
    secrets: { TwilioSecret: providers.credentials.twilio, SlackSecret: providers.credentials.slack },
    sweepEverySeconds: 1,
    localRoutes: (request) => providers.handle(request),
    onMessage: (body) => written.messages.push(body),
    onLog({ function: name, line }) {
      written.logs.push(`${name}: ${line}`);
      if (/"level":"(ERROR|CRITICAL)"|^[^{].*Error/.test(line)) errors.push(`${name}: ${line}`);
    },
  });
  providers.configureEmail(stack.mailReports);
  const { key } = await stack.secret('OperatorSecret');

  return {
    stack,
    providers,
    written,
    errors: () => errors,
    async call(method, path, body) {
      const response = await fetch(stack.apiUrl + path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text.startsWith('{') ? JSON.parse(text) : text;
    },
    async [Symbol.asyncDispose]() {
      await stack.stop();
      await providers.stop();
      rmSync(outdir, { recursive: true });
    },
  };
}
