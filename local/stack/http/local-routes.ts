import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Answers requests under `/_local/` in the parent process; undefined: not found. */
export type LocalRoutes = (request: Request) => Promise<Response> | undefined;

export const LOCAL_PREFIX = '/_local/';

/** Answers a Node.js request by a function of the Fetch standard. Answers may be streams. */
export async function answerLocally(
  routes: LocalRoutes | undefined,
  incoming: IncomingMessage,
  url: URL,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const request = new Request(url, {
    method: incoming.method ?? 'GET',
    headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
    body: body.length > 0 ? new Uint8Array(body) : null,
    signal: gone.signal,
  });
  const response = (await routes?.(request)) ?? Response.json({ message: 'Not Found' }, { status: 404 });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  // A reader who goes away in the middle is no fault.
  else await pipeline(Readable.fromWeb(response.body), outgoing).catch(() => undefined);
}
