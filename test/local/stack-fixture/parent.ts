import { runFixture } from './run.ts';
import { httpApi, lambda, table } from './template.ts';

/** A process that runs a stack until it is killed, and tells what it has started. */
const { stack } = await runFixture({
  ...table('Table'),
  ...lambda('Web', 'web'),
  ...httpApi('Web', ['GET /']),
});
await fetch(stack.apiUrl);
process.send?.({ pids: stack.processes().map(({ pid }) => pid), tables: stack.endpoints.dynamoDb });
