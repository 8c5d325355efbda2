import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { OPERATOR_KEY } from '../engines/secrets.ts';
import { PAGE_ID } from '../engines/synthetic-subscribers.ts';
import type { Contender } from '../process/messages.ts';
import { updateBody } from './announcement.ts';
import { required } from './clients.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/**
 * Ours: the bundles that are deployed, called as Lambda calls them. `plan` is a request to the function that takes
 * updates in, `send` a batch of doorbells to the one that delivers, `sweep` the one that runs every minute.
 */
export async function createContender(role: string): Promise<Contender> {
  const name = { plan: 'ingest', send: `deliver-${required('BENCH_CHANNEL')}`, sweep: 'sweep' }[role];
  const bundle = join(required('BENCH_BUNDLES'), String(name), 'index.mjs');
  const { handler }: { handler: Handler } = await import(pathToFileURL(bundle).href);

  return {
    async plan(update) {
      if (role === 'sweep') {
        await handler({}, contextOf(60_000));
        return;
      }
      // Safe: the function answers requests with a status and a body.
      const answer = (await handler(publishEvent(update), contextOf(30_000))) as {
        statusCode: number;
        body: string;
      };
      if (answer.statusCode !== 202) throw new Error(`Expected 202, got ${answer.statusCode} ${answer.body}`);
    },
    handle: async (event: SQSEvent, remainingMs) =>
      // Safe: a deliver function answers batches with what failed of them.
      (await handler(event, contextOf(remainingMs))) as SQSBatchResponse,
  };
}

function contextOf(remainingMs: number): Context {
  const deadline = Date.now() + remainingMs;
  // What the functions look at.
  return { getRemainingTimeInMillis: () => deadline - Date.now() } as Context;
}

/** A request as API Gateway hands it to a function (payload format 2.0). */
function publishEvent(update: string): object {
  const path = `/v1/pages/${PAGE_ID}/updates`;
  return {
    version: '2.0',
    routeKey: 'POST /v1/pages/{page}/updates',
    rawPath: path,
    rawQueryString: '',
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json', host: 'bench' },
    pathParameters: { page: PAGE_ID },
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: 'bench',
      domainPrefix: 'bench',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: update,
      routeKey: 'POST /v1/pages/{page}/updates',
      stage: '$default',
      time: '01/Jan/2026:09:12:00 +0000',
      timeEpoch: 0,
    },
    body: JSON.stringify(updateBody(update)),
    isBase64Encoded: false,
  };
}
