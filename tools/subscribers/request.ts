import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sending {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

const KEEP_ALIVE = { keepAlive: true } as const;
const http = new HttpAgent(KEEP_ALIVE);
const https = new HttpsAgent(KEEP_ALIVE);

/**
 * One HTTP request on a connection that is kept. Follows no redirect. Rejects when no whole answer came in time.
 * (Not `fetch`: for 100,000 requests it takes twice the time, and 150 MB that this does not.)
 */
export function request({ method, url, headers, body, timeoutMs }: Sending): Promise<Received> {
  const isPlain = url.startsWith('http:');
  return new Promise((resolve, reject) => {
    const outgoing = (isPlain ? httpRequest : httpsRequest)(
      url,
      { method, headers, agent: isPlain ? http : https },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', reject);
        incoming.on('close', () => clearTimeout(timer));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
        );
      },
    );
    const timer = setTimeout(() => outgoing.destroy(new Error('timeout')), timeoutMs);
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}
