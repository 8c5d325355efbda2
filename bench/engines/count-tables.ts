import type { RequestListener, Server, ServerResponse } from 'node:http';
import { TABLES } from '../../shared/deployment/tables.ts';
import { answerGet, answerQuery } from './answer-query.ts';
import type { Counter } from './counts.ts';
import type { SyntheticAudience } from './synthetic-subscribers.ts';

/** Of subscribers: answered without their being stored. */
const COMPUTED: Readonly<Record<string, typeof answerGet | typeof answerQuery>> = {
  GetItem: answerGet,
  Query: answerQuery,
};
const READS = new Set(['GetItem', 'Query', 'BatchGetItem', 'Scan']);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/**
 * Stands before dynalite in its process: answers reads of subscribers by computing them, lets everything else through,
 * and counts calls and capacity. Capacity is what dynalite says it consumed; for a refused condition, of which neither
 * DynamoDB nor dynalite says it, one write unit, as every item that is swapped here is smaller than 1 KB.
 */
export function countTables(server: Server, counter: Counter, audience: () => SyntheticAudience): void {
  const [answer] = server.listeners('request') as RequestListener[]; // an HTTP server's listeners have this type
  if (answer === undefined) throw new Error('Expected dynalite to listen for requests');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.once('end', () => {
      const body = Buffer.concat(parts).toString();
      counter.call(`dynamodb.${operation}`);
      const computed = COMPUTED[operation];
      if (computed !== undefined && body.includes(`"TableName":"${TABLES.subscribers.logicalId}"`)) {
        const { answer: rows, units } = computed(JSON.parse(body), audience());
        counter.read(units);
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(rows));
        return;
      }
      const counted = READS.has(operation) || WRITES.has(operation);
      if (counted) watch(response, READS.has(operation), counter);
      request.removeAllListeners();
      answer(request, response);
      // dynalite listens for these two events, which have been: it gets them again.
      request.emit('data', counted ? `${body.slice(0, -1)},"ReturnConsumedCapacity":"TOTAL"}` : body);
      request.emit('end');
    });
  });
}

function watch(response: ServerResponse, isRead: boolean, counter: Counter): void {
  const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
  response.end = ((body?: unknown) => {
    const text = String(body ?? '');
    const units = Array.from(text.matchAll(/"CapacityUnits":([\d.]+)/g), ([, number]) => Number(number));
    const sum = units.reduce((a, b) => a + b, 0);
    if (isRead) counter.read(sum);
    else counter.write(text.includes('ConditionalCheckFailed') ? 1 : sum);
    return end(body);
  }) as typeof response.end; // dynalite calls it with a body and nothing else
}
