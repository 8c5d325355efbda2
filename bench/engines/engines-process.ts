import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
import { newQueueStores } from '../../local/stack/queues/queue-stores.ts';
import { countTables } from './count-tables.ts';
import { Counter } from './counts.ts';
import type { EngineAnswer, EngineQuestion } from './messages.ts';
import { Sink } from './sink.ts';
import type { SyntheticAudience } from './synthetic-subscribers.ts';

/**
 * Entry of the process that holds everything that is not ours: tables, queues and providers. It answers its parent's
 * questions and ends with it.
 */
const counter = new Counter();
let clockSpeed = 1;
let audience: SyntheticAudience = { channel: 'email', rows: 0, match: 1, sinkUrl: '' };

const tables = dynalite({ createTableMs: 0 });
countTables(tables, counter, () => audience);
// Clients keep their connections: one that was closed between two requests would cost a retry.
tables.keepAliveTimeout = 0;
await new Promise<void>((resolve) => tables.listen(0, '127.0.0.1', () => resolve()));
const address = tables.address();

const stores = await newQueueStores();
const queues = buildApp({ logger: false, defaultRegion: 'eu-west-1', stores });
queues.addHook('preHandler', async (request) => {
  const target = String(request.headers['x-amz-target'] ?? '');
  // An empty answer is a request that a poller of ours made for want of work: the engine says so below.
  if (target.startsWith('AmazonSQS.') && target !== 'AmazonSQS.ReceiveMessage') {
    counter.call(`sqs.${target.slice('AmazonSQS.'.length)}`);
  }
  if (target.startsWith('AmazonSQS.SendMessage')) hasten(request.body as Delayed & { Entries?: Delayed[] });
});
queues.addHook('onSend', async (request, _reply, payload) => {
  const target = request.headers['x-amz-target'];
  if (target === 'AmazonSQS.ReceiveMessage' && String(payload).includes('"Messages":[{')) {
    counter.call('sqs.ReceiveMessage');
  }
  return payload;
});
const queuesUrl = await queues.listen({ port: 0, host: '127.0.0.1' });
queues.server.keepAliveTimeout = 0;

const sink = new Sink(counter);
const sinkUrl = await sink.listen();

process.on('message', (message) => {
  const question = message as EngineQuestion; // only the parent writes to this channel
  const answer = (value?: Extract<EngineAnswer, { kind: 'answer' }>['value']) =>
    tell({ kind: 'answer', id: question.id, ...(value && { value }) });
  switch (question.ask) {
    case 'audience':
      audience = question.audience;
      return answer();
    case 'rules':
      sink.setRules(question.rules);
      clockSpeed = question.rules.clockSpeed ?? 1;
      return answer();
    case 'begin':
      sink.reset();
      counter.take();
      return answer();
    case 'report':
      return answer(sink.report());
    case 'counts':
      return answer({ aws: counter.take(), queued: countQueued() });
    case 'usage': {
      const { user, system } = process.cpuUsage();
      return answer({ cpuMs: (user + system) / 1_000 });
    }
  }
});

interface Delayed {
  DelaySeconds?: number;
}

/** Of one message or several: a delay by a clock that runs fast, in seconds of ours. */
function hasten(sent: Delayed & { Entries?: Delayed[] }): void {
  for (const message of [sent, ...(sent.Entries ?? [])]) {
    if (message.DelaySeconds) message.DelaySeconds = Math.ceil(message.DelaySeconds / clockSpeed);
  }
}

function countQueued(): number {
  let queued = 0;
  for (const queue of stores.sqsStore.allQueues()) {
    queue.processTimers();
    queued += queue.messages.length + queue.inflightMessages.size + queue.delayedMessages.length;
  }
  return queued;
}

function tell(answer: EngineAnswer): void {
  process.send?.(answer);
}

process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
// dynalite throws when a client goes away in the middle of a request, as a killed contender does.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'ECONNRESET') return;
  console.error(error);
  process.exit(1);
});

if (address === null || typeof address === 'string') throw new Error('Expected dynalite to have a port');
tell({
  kind: 'listening',
  urls: { tables: `http://127.0.0.1:${address.port}`, queues: queuesUrl, sink: sinkUrl },
});
