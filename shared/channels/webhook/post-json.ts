import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type Millis, SECOND } from '../../domain/time.ts';
import { socketCode } from '../socket-errors.ts';
import { guardedLookup, RefusedAddress, type ResolveAll } from './guarded-lookup.ts';
import { isPublicAddress } from './public-address.ts';
import { type PrivateTargets, parseTarget } from './target.ts';

/** What came of one POST. */
export type Posted =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      /** Its beginning, as much as was asked for: it is nobody's business but the endpoint's owner's. */
      readonly body: string;
    }
  /** The address is none that a webhook may have: nothing was connected. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No answer: the socket's error code, or TIMEOUT. */
  | { readonly kind: 'failed'; readonly code: string };

export type PostJson = (call: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly method?: 'POST' | 'OPTIONS';
  /** Bytes of the answer's body that are wanted, 16 kB at most. None unless said. */
  readonly keepBytes?: number;
  /** Less than the usual deadline, where others wait for this call. */
  readonly deadlineMs?: Millis;
}) => Promise<Posted>;

export interface PostJsonOptions {
  readonly privateTargets: PrivateTargets;
  readonly ownHosts?: readonly string[];
  /** Total, from the call to the end of the answer. 15 s (Standard Webhooks: 15 to 30 s). */
  readonly deadlineMs?: Millis;
  /** Name resolution, TCP and TLS. 5 s. */
  readonly connectMs?: Millis;
  /** The system's resolver. */
  readonly resolveAll?: ResolveAll;
}

/** An answer is drained up to here, so that its server sees a clean end; the rest is not waited for. */
const LONGEST_ANSWER = 16 * 1024;
const LONGEST_HEADERS = 8 * 1024;

/**
 * POSTs to addresses that strangers have chosen. Each call has a connection of its own (a pooled one would skip the
 * lookup, and with it the guard), follows no redirect, uses no proxy, and never rejects.
 */
export function createPostJson({
  privateTargets,
  ownHosts = [],
  deadlineMs: longestMs = 15 * SECOND,
  connectMs = 5 * SECOND,
  resolveAll = (host, options) => lookup(host, { ...options, all: true }),
}: PostJsonOptions): PostJson {
  const guard = privateTargets === 'refuse';
  const guarded = guard ? { lookup: guardedLookup(resolveAll) } : {};

  return ({ url: address, headers, body, method = 'POST', keepBytes = 0, deadlineMs = longestMs }) =>
    new Promise((resolve) => {
      const target = parseTarget(address, { privateTargets, ownHosts });
      if (target.kind === 'refused') return resolve({ kind: 'refused', reason: target.fault });
      const { url } = target;
      // Sockets make no lookup for literals. `parseTarget` refuses them all; this line does not lean on it.
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      if (guard && isIP(literal) !== 0) return resolve({ kind: 'refused', reason: 'literalAddress' });

      const secure = url.protocol === 'https:';
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method,
        agent: false,
        headers: {
          ...headers,
          'content-length': String(body.length),
          'accept-encoding': 'identity',
          connection: 'close',
        },
        maxHeaderSize: LONGEST_HEADERS,
        ...guarded,
      });

      const settle = (posted: Posted) => {
        clearTimeout(deadline);
        clearTimeout(connecting);
        resolve(posted);
        request.destroy();
      };
      const timedOut = () => settle({ kind: 'failed', code: 'TIMEOUT' });
      const deadline = setTimeout(timedOut, Math.min(deadlineMs, longestMs));
      const connecting = setTimeout(timedOut, connectMs);

      request.on('socket', (socket: Socket) => {
        socket.once('connect', () => {
          const dialled = socket.remoteAddress;
          if (guard && (dialled === undefined || !isPublicAddress(dialled)))
            request.destroy(new RefusedAddress());
        });
        socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
      });
      request.on('error', (error) =>
        settle(
          error instanceof RefusedAddress
            ? { kind: 'refused', reason: 'privateAddress' }
            : { kind: 'failed', code: socketCode(error) ?? 'UNKNOWN' },
        ),
      );
      request.on('upgrade', () => settle({ kind: 'answer', status: 101, headers: {}, body: '' }));
      request.on('response', (response) => {
        const { statusCode: status = 0, headers: answered } = response;
        // The status is the answer: a body that never ends or breaks off changes nothing of it.
        clearTimeout(deadline);
        const kept: Buffer[] = [];
        const finish = () => {
          clearTimeout(patience);
          const beginning = Buffer.concat(kept).subarray(0, keepBytes).toString('utf8');
          settle({ kind: 'answer', status, headers: answered, body: beginning });
        };
        const patience = setTimeout(finish, Math.min(SECOND, deadlineMs));
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size - chunk.length < keepBytes) kept.push(chunk);
          if (size > LONGEST_ANSWER) finish();
        });
        response.on('end', finish);
        response.on('error', finish);
        response.on('close', finish);
      });
      request.end(body);
    });
}
