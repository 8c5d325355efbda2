import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One HTTP call as a provider sees it. */
export interface Call {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a stand-in does with a call: answers it, or drops the connection without a word. */
export type Answer = Reply | 'drop';

export interface HttpEndpoint {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  /** Closes the port and every connection, those in the middle of a call too. */
  stop(): Promise<void>;
}

/** A JSON reply. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** Serves a stand-in on a free port of 127.0.0.1. A throw in `answer` is a bug of ours: 500, and told on stderr. */
export async function startHttpEndpoint(
  name: string,
  answer: (call: Call) => Answer | Promise<Answer>,
): Promise<HttpEndpoint> {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const target = request.url ?? '/';
    const url = new URL(target, 'http://127.0.0.1');
    const result = await answer({
      method: request.method ?? 'GET',
      target,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    if (result === 'drop') request.socket.destroy();
    else response.writeHead(result.status, result.headers).end(result.body);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (request.socket.destroyed) return; // The client left in the middle of its call.
      console.error(`${name} stand-in failed on ${request.method} ${request.url}:`, error);
      if (!response.headersSent) response.writeHead(500).end(`${name} stand-in failed: ${error}`);
    });
  });
  // A client must never meet a socket that was closed while idle: that would look like a lost call.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
