import { pathToFileURL } from 'node:url';
import type { FunctionError, InvocationRequest, ProcessMessage, Usage } from './invocation.ts';

/**
 * Entry of a function's process, in the place of Lambda's runtime: imports the bundle, then handles one
 * invocation at a time. Arguments: path of the module, name of the exported handler. Unlike Lambda it does not
 * freeze between invocations.
 */
type Handler = (event: unknown, context: object) => unknown;

const [modulePath = '', handlerName = ''] = process.argv.slice(2);

process.on('disconnect', () => process.exit());
// Ctrl-C reaches every process of the terminal: when this one ends is for its parent to say.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

function send(message: ProcessMessage): void {
  process.send?.(message);
}

function usage(): Usage {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { peakRssKb: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1_000 };
}

function toError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    stackTrace: (thrown.stack ?? '').split('\n').slice(1),
  };
}

function contextOf({ requestId, deadline }: InvocationRequest): object {
  const name = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? '';
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: process.env['LAPTOP_FUNCTION_ARN'] ?? '',
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? '',
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '',
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function handle(handler: Handler, request: InvocationRequest): Promise<void> {
  try {
    const payload = await handler(request.event, contextOf(request));
    send({ kind: 'returned', payload, usage: usage() });
  } catch (thrown) {
    // Also what cannot be put into JSON ends here, as it does on Lambda (Runtime.MarshalError).
    send({ kind: 'threw', error: toError(thrown), usage: usage() });
  }
}

try {
  const module: Record<string, unknown> = await import(pathToFileURL(modulePath).href);
  const handler = module[handlerName];
  if (typeof handler !== 'function') {
    throw new Error(`Expected ${modulePath} to export a function "${handlerName}", got ${typeof handler}`);
  }
  process.on('message', (message) => {
    // Only the parent writes to this channel, and it writes nothing but requests.
    void handle(handler as Handler, message as InvocationRequest);
  });
  send({ kind: 'ready', usage: usage() });
} catch (thrown) {
  process.send?.({ kind: 'failedToStart', error: toError(thrown) } satisfies ProcessMessage, () =>
    process.exit(1),
  );
}
