import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { readAccessKeyId } from '../access/access-key.ts';
import type { Gate, Refusal } from '../access/gate.ts';
import { listen, stopServer } from '../http/listen.ts';
import { emailNeeds } from './needs.ts';

export interface EmailEndpoint {
  /** Base address of SES. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * The gate before a SES that somebody else runs, at `target`. One call carries some fifty mails, so here the hop
 * costs little. What is dropped on one side is dropped on the other: to the caller it looks as it would without.
 */
export async function startEmail(target: string, gate: Gate): Promise<EmailEndpoint> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const { method = 'GET', url = '/', headers } = request;
    const [path = ''] = url.split('?');
    const refusal = gate.check(readAccessKeyId(headers.authorization), () => emailNeeds(method, path, body));
    if (refusal !== undefined) return refuse(response, refusal);
    const call = httpRequest(new URL(url, target), { method, headers, agent });
    response.once('close', () => call.destroy());
    const answered = once(call, 'response');
    call.end(body);
    // The event has one argument.
    const [reply] = (await answered) as [IncomingMessage];
    const parts = await reply.toArray();
    response.writeHead(reply.statusCode ?? 502, reply.headers).end(Buffer.concat(parts));
  }

  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      await stopServer(server);
      agent.destroy();
    },
  };
}

/** REST-JSON 1: the SDK reads the name from a header. */
function refuse(response: ServerResponse, { kind, message }: Refusal): void {
  const exception = kind === 'accessDenied' ? 'AccessDeniedException' : 'UnrecognizedClientException';
  response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': exception });
  response.end(JSON.stringify({ message }));
}
