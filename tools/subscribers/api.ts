import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Received, request } from './request.ts';
import { Stop } from './stop.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Its Link header, or empty. */
  readonly link: string;
}

/** The operator's API of one page. */
export interface Api {
  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>;
}

const MOST_TRIES = 8;
/** A fault of the server may be of this one row: fewer tries, then the row is said to have failed. */
const TRIES_AT_FAULTS = 3;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 30_000;
const TIMEOUT_MS = 35_000;

const problemSchema = z.looseObject({
  code: z.string().default(''),
  detail: z.string().default(''),
  faults: z.array(z.looseObject({ path: z.string(), message: z.string() })).default([]),
});

/**
 * Calls the API at `url`. What it has no room for (429, 503) and what did not arrive is tried again, eight times over half a
 * minute, or longer if the server says so: everything here may be repeated. Throws a Stop when that was not enough, and when the key, the
 * page or the address of the server is wrong, for then no row can succeed.
 */
export function connect(options: {
  readonly url: string;
  readonly key: string;
  readonly page: string;
  readonly random?: () => number;
  readonly firstWaitMs?: number;
}): Api {
  const { url, key, page, random = Math.random, firstWaitMs = FIRST_WAIT_MS } = options;
  const base = `${url.replace(/\/+$/, '')}/v1/pages/${encodeURIComponent(page)}`;

  async function send(method: string, path: string, body: unknown): Promise<Received | Error> {
    try {
      return await request({
        method,
        url: base + path,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        timeoutMs: TIMEOUT_MS,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  return {
    async call(method, path, body) {
      for (let attempt = 1; ; attempt++) {
        const response = await send(method, path, body);
        const status = response instanceof Error ? 0 : response.status;
        const isFault = status >= 500 && status !== 503;
        const isBusy = status === 0 || status === 429 || status === 503;
        if (isBusy && attempt === MOST_TRIES) throw new Stop(describeTrouble(url, response));
        if (isBusy || (isFault && attempt < TRIES_AT_FAULTS)) {
          const asked = response instanceof Error ? 0 : Number(response.headers['retry-after'] ?? 0) * 1_000;
          const backOff = firstWaitMs * 2 ** (attempt - 1) * (0.5 + random());
          await sleep(Math.min(LONGEST_WAIT_MS, Math.max(Number.isFinite(asked) ? asked : 0, backOff)));
          continue;
        }
        if (response instanceof Error) throw new Stop(describeTrouble(url, response));
        const answer = {
          status,
          body: parseJson(response.text),
          link: String(response.headers['link'] ?? ''),
        };
        if (status === 401) throw new Stop('Expected the operator key, got another: check --key');
        if (status === 403)
          throw new Stop('Expected to be let in, got a refusal (403): check --url and --key');
        const { code } = readProblem(answer);
        if (code === 'unknown-page') throw new Stop(`Expected page ${page} to exist, got none: check --page`);
        if (status === 404 && (code === 'not-found' || code === '')) {
          throw new Stop(`Expected the API at ${url}, got something else: check --url`);
        }
        return answer;
      }
    },
  };
}

export interface ReadProblem {
  readonly code: string;
  readonly reason: string;
}

/** What an answer says is wrong, in words. */
export function readProblem({ status, body }: Answer): ReadProblem {
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success) return { code: '', reason: `Expected an answer of the API, got status ${status}` };
  const { code, detail, faults } = parsed.data;
  const named = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return { code, reason: named.length > 0 ? named.join('; ') : detail || `Status ${status}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeTrouble(url: string, response: Received | Error): string {
  const got =
    response instanceof Error
      ? `no answer (${errorCode(response)})`
      : `status ${response.status}, ${MOST_TRIES} times`;
  return `Expected ${url} to answer, got ${got}`;
}

function errorCode(error: Error): string {
  return 'code' in error ? String(error.code) : error.message;
}
