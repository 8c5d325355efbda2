import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Millis } from '../domain/time.ts';

export interface OneRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: Millis;
}

export interface OneAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Connecting may take so long of the whole; what ends here was never sent. */
const CONNECT_TIMEOUT_MS: Millis = 5_000;

/** Answers of the providers called through here are a few kilobytes. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * One HTTP request on a connection of its own, never retried and never redirected.
 *
 * No kept-alive socket: a frozen Lambda thaws with dead ones, the first write on which ends in ECONNRESET and puts a
 * message in doubt that was never sent. With a fresh connection "ambiguous" really is. (Decision 14.)
 *
 * Rejects with Node's error (its `code` tells whether anything was sent), with code `CONNECT_TIMEOUT` when no connection
 * came about (nothing was sent), or with code `ETIMEDOUT` when the answer did not come in time.
 */
export function requestOnce(one: OneRequest): Promise<OneAnswer> {
  return new Promise((resolve, reject) => {
    const request = (one.url.protocol === 'http:' ? httpRequest : httpsRequest)(one.url, {
      method: one.method,
      agent: false,
      headers: {
        ...one.headers,
        connection: 'close',
        ...(one.body !== undefined && { 'content-length': String(Buffer.byteLength(one.body)) }),
      },
    });

    const deadline = setTimeout(
      () => request.destroy(coded('ETIMEDOUT', 'no answer in time')),
      one.timeoutMs,
    );
    const connecting = setTimeout(
      () => request.destroy(coded('CONNECT_TIMEOUT', 'no connection in time')),
      Math.min(CONNECT_TIMEOUT_MS, one.timeoutMs - 1),
    );
    const connected = one.url.protocol === 'http:' ? 'connect' : 'secureConnect';
    request.on('socket', (socket) => socket.once(connected, () => clearTimeout(connecting)));
    request.on('close', () => {
      clearTimeout(deadline);
      clearTimeout(connecting);
    });

    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LONGEST_ANSWER) response.destroy(coded('ERR_ANSWER_TOO_LONG', 'answer over 4 MiB'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.end(one.body);
  });
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
