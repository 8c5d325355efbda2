import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { InvocationResult } from '../functions/invocation.ts';
import type { DeployedFunction } from '../functions/read-functions.ts';
import { listen, stopServer } from './listen.ts';
import { answerLocally, LOCAL_PREFIX, type LocalRoutes } from './local-routes.ts';
import { compileRoutes } from './match-route.ts';
import type { HttpApi } from './read-api.ts';
import { readBody } from './read-body.ts';
import { toEvent } from './to-event.ts';
import { gatewayAnswer, type HttpAnswer, toResponse } from './to-response.ts';

/** API Gateway's limit for a request's payload. */
const MAX_BODY_BYTES = 10_000_000;

const BAD_REQUEST = gatewayAnswer(400, 'Bad Request');

export interface ApiServer {
  readonly url: string;
  /** Routes requests from now on; until then everything is a 503. The port is bound before functions exist. */
  serve(
    api: HttpApi,
    invoke: (fn: DeployedFunction, event: APIGatewayProxyEventV2) => Promise<InvocationResult>,
  ): void;
  stop(): Promise<void>;
}

type Answerer = (request: IncomingMessage, url: URL, body: Buffer) => Promise<HttpAnswer>;

/** Binds the port of the HTTP API. */
export async function startApi(
  port: number,
  localRoutes: LocalRoutes | undefined,
  onLine: (line: string) => void,
): Promise<ApiServer> {
  let answer: Answerer = async () => gatewayAnswer(503, 'Service Unavailable');
  let origin = '';

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === undefined) return write(response, gatewayAnswer(413, 'Request Entity Too Large'));
    const url = URL.parse(`${origin}${request.url ?? '/'}`);
    if (url === null) return write(response, BAD_REQUEST);
    if (url.pathname.startsWith(LOCAL_PREFIX)) {
      return answerLocally(localRoutes, request, url, body, response);
    }
    write(response, await answer(request, url, body));
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      // A path that cannot be decoded.
      else if (error instanceof URIError) write(response, BAD_REQUEST);
      else {
        onLine(`${request.method} ${request.url}: ${String(error)}`);
        write(response, gatewayAnswer(500, 'Internal Server Error'));
      }
    });
  });
  origin = `http://127.0.0.1:${await listen(server, port)}`;

  return {
    url: origin,
    serve(api, invoke) {
      const match = compileRoutes(api.routes);
      answer = async (request, url, body) => {
        const found = match(request.method ?? '', url.pathname);
        if (found === undefined) return gatewayAnswer(404, 'Not Found');
        const event = toEvent(request, url, body, found, { id: api.logicalId, now: new Date() });
        return within(found.route.timeoutMs, invoke(found.route.function, event).then(toResponse));
      };
    },
    stop: () => stopServer(server),
  };
}

/** The gateway stops waiting after the integration's timeout; the function goes on. */
async function within(timeoutMs: number, answer: Promise<HttpAnswer>): Promise<HttpAnswer> {
  const late = Promise.withResolvers<HttpAnswer>();
  const timer = setTimeout(() => late.resolve(gatewayAnswer(503, 'Service Unavailable')), timeoutMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
