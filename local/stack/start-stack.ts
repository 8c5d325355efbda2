import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { AccessStatistics } from './access/access-record.ts';
import { checkServices } from './access/check-services.ts';
import { readPrincipals } from './access/read-principals.ts';
import { watchAccess } from './access/watch-access.ts';
import { createMailReports, type MailReports } from './email/mail-reports.ts';
import { readMailReports } from './email/read-mail-reports.ts';
import { startEmail } from './email/start-email.ts';
import { type EmittedEvent, toBusEvent } from './events/event.ts';
import { matches } from './events/pattern.ts';
import { type RuleTarget, readRules } from './events/read-rules.ts';
import { runSchedules } from './events/run-schedules.ts';
import { RETRY_DELAYS_MS } from './functions/async-invocation.ts';
import type { ServiceEndpoints } from './functions/environment.ts';
import type { FunctionStatistics } from './functions/function-pool.ts';
import { readAsyncPolicies } from './functions/read-async-policies.ts';
import { readFunctions } from './functions/read-functions.ts';
import type { LocalRoutes } from './http/local-routes.ts';
import { readApi } from './http/read-api.ts';
import { startApi } from './http/start-api.ts';
import type { Disorder } from './queues/disorder.ts';
import { readEventSources } from './queues/read-event-sources.ts';
import { readQueues } from './queues/read-queues.ts';
import { runEventSources } from './queues/run-event-sources.ts';
import { type QueueDepth, startQueues } from './queues/start-queues.ts';
import { runFunctions } from './run-functions.ts';
import { readSecrets } from './secrets/read-secrets.ts';
import { startSecrets } from './secrets/secrets-server.ts';
import { readTables } from './tables/read-tables.ts';
import { startTables } from './tables/start-tables.ts';
import { LaptopReferences } from './template/references.ts';
import { checkResourceTypes } from './template/resource-types.ts';
import { readTemplate } from './template/template.ts';

export interface StackOptions {
  /** Path of the synthesized template in `cdk.out`. */
  readonly template: string;
  /** Base addresses of services that somebody else runs. */
  readonly endpoints: { readonly ses: string };
  /** Replaces variables of those functions that have them in the template; one that none has is an error. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values of secrets by logical id. The others are generated as the template says. */
  readonly secrets: Readonly<Record<string, unknown>>;
  /** Replaces the period of every schedule. */
  readonly sweepEverySeconds?: number;
  /** Processes of one function at most; 2 when left out. Event sources also keep their MaximumConcurrency. */
  readonly processesPerFunction?: number;
  /** Port of the HTTP API; a free one when left out. */
  readonly port?: number;
  /** What the queues do to their messages; nothing when left out. */
  readonly disorder?: Disorder;
  /** Waits before the attempts of a failed asynchronous invocation; one and two minutes when left out. */
  readonly retryDelaysSeconds?: readonly number[];
  /**
   * Lines that functions and engines write, and notes of failed invocations. `function` is the logical id; `http`
   * and `dynalite` are the stack's own.
   */
  readonly onLog?: (line: { readonly function: string; readonly line: string }) => void;
  /** The body of each message that is sent to a queue: for who looks whether it holds what no queue may. */
  readonly onMessage?: (body: string) => void;
  /** Answers requests to the HTTP API under `/_local/` in this process. */
  readonly localRoutes?: LocalRoutes;
}

export interface RunningStack {
  /** Base address of the HTTP API, without a trailing slash. */
  readonly apiUrl: string;
  /**
   * Where the AWS services are, for clients with the credentials `ADMIN` (aws-client.ts). Tables and queues without a
   * name of their own are `<stack>-<logical id>`.
   */
  readonly endpoints: ServiceEndpoints;
  /** A secret's JSON object. */
  secret(logicalId: string): Promise<Record<string, unknown>>;
  /** Messages in each queue, dead-letter queues included, exact at the moment of the call. */
  queues(): readonly QueueDepth[];
  /** How the template configures SES, for whoever stands in for it. */
  readonly mailReports: MailReports;
  /** Puts an event on the bus: handed to the functions and queues of every rule that matches. Does not wait for functions. */
  emit(event: EmittedEvent): Promise<void>;
  /** By the function's logical id. */
  statistics(): Readonly<Record<string, FunctionStatistics & { readonly access: AccessStatistics }>>;
  /** Live processes of functions: for tests that kill one. */
  processes(): readonly { readonly function: string; readonly pid: number }[];
  /** Ends everything at once and resolves when nothing is left; also when called again. */
  stop(): Promise<void>;
}

/**
 * Runs a synthesized template on this machine: tables on dynalite, queues on fauxqs, secrets, each function's own
 * bundle in processes of its own, event sources, HTTP routes, schedules and event rules. What the roles of the
 * functions do not allow is refused. Every server listens on loopback. Rejects, with nothing left running, when the
 * template holds what it cannot interpret.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const cleanUp = new AsyncDisposableStack();
  try {
    return await start(options, cleanUp);
  } catch (error) {
    await cleanUp.disposeAsync();
    throw error;
  }
}

async function start(options: StackOptions, cleanUp: AsyncDisposableStack): Promise<RunningStack> {
  const { onLog } = options;
  const template = readTemplate(options.template);
  checkResourceTypes(template);

  const access = watchAccess(onLog);
  const { gate, onPassage } = access;

  // Ports first: functions learn addresses from their environment.
  const api = await startApi(options.port ?? 0, options.localRoutes, (line) =>
    onLog?.({ function: 'http', line }),
  );
  cleanUp.defer(() => api.stop());
  const sqs = await startQueues(gate, options.onMessage);
  cleanUp.defer(() => sqs.stop());
  const references = new LaptopReferences(template, { api: api.url, sqs: sqs.endpoint });

  const queues = readQueues(template, references);
  const functions = readFunctions(template, references);
  const sources = readEventSources(template, references, queues, functions);
  const rules = readRules(template, references, functions, queues);
  const routes = readApi(template, references, functions);
  const mailReports = readMailReports(template, references, queues);
  const policies = readAsyncPolicies(template, references, functions);
  const secrets = readSecrets(template, references, options.secrets);

  const principals = readPrincipals(template, references, functions);
  gate.admit(principals);
  checkServices(gate, sources, policies);

  const onLine = (line: string) => onLog?.({ function: 'dynalite', line });
  const tables = await startTables({ principals, onPassage, onLine });
  cleanUp.defer(() => tables.stop());
  const secretsServer = await startSecrets(secrets, gate);
  cleanUp.defer(() => secretsServer.stop());
  const email = await startEmail(options.endpoints.ses, gate);
  cleanUp.defer(() => email.stop());
  await Promise.all([sqs.create(queues), tables.create(readTables(template, references))]);

  const endpoints: ServiceEndpoints = {
    dynamoDb: tables.endpoint,
    sqs: sqs.endpoint,
    sesV2: email.endpoint,
    secretsManager: secretsServer.endpoint,
  };
  const stopping = new AbortController();
  const running = runFunctions({
    functions,
    endpoints,
    overrides: options.environment,
    processesPerFunction: options.processesPerFunction ?? 2,
    policies,
    retryDelaysMs: options.retryDelaysSeconds?.map((seconds) => seconds * 1_000) ?? RETRY_DELAYS_MS,
    queues,
    sqs: sqs.client,
    onLog,
    signal: stopping.signal,
  });
  if (routes !== undefined) api.serve(routes, running.invoke);
  const pollers = runEventSources(
    { sources, client: sqs.client, functions: running, disorder: options.disorder, onLog },
    stopping.signal,
  );
  const periodMs = options.sweepEverySeconds === undefined ? undefined : options.sweepEverySeconds * 1_000;
  runSchedules(rules, periodMs, running.invokeAsync, stopping.signal);
  cleanUp.defer(async () => {
    stopping.abort();
    await running.stop();
    await pollers;
  });

  async function hand(target: RuleTarget, event: unknown): Promise<void> {
    if (target.kind === 'function') return void running.invokeAsync(target.function, event);
    const message = { QueueUrl: target.queue.url, MessageBody: JSON.stringify(event) };
    await sqs.client.send(new SendMessageCommand(message));
  }

  let stopped: Promise<void> | undefined;
  return {
    apiUrl: api.url,
    endpoints,
    async secret(logicalId) {
      const value = secrets.find((secret) => secret.logicalId === logicalId)?.value;
      if (value === undefined) throw new Error(`Expected a secret "${logicalId}" with a value, found none`);
      return z.record(z.string(), z.unknown()).parse(JSON.parse(value));
    },
    mailReports: createMailReports(mailReports, sqs.client),
    queues: () => sqs.depths(),
    async emit(emitted) {
      const event = toBusEvent(emitted, new Date());
      for (const { trigger, targets } of rules) {
        if (trigger.kind !== 'pattern' || !matches(trigger.pattern, event)) continue;
        await Promise.all(targets.map((target) => hand(target, target.input ?? event)));
      }
    },
    statistics: () => access.join(principals, running.statistics()),
    processes: () => running.processes(),
    stop() {
      stopped ??= cleanUp.disposeAsync();
      return stopped;
    },
  };
}
