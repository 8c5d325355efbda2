import type * as z from 'zod/mini';
import { describeFaults } from './describe-fault.ts';
import { ProblemError } from './problem.ts';

/** Largest body that is read, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Statuspage sends the whole history of an incident each time, which outgrows a body of ours. */
export const MAX_STATUSPAGE_BYTES = 256 * 1024;

/** Deepest nesting of JSON that is looked at. */
const MAX_DEPTH = 32;

/** Most faults that one answer lists. */
const MAX_FAULTS = 20;

/** The body of a request as `schema` reads it. Throws a ProblemError that names every faulty field. */
export async function readBody<T>(request: Request, schema: z.ZodMiniType<T>): Promise<T> {
  return parseValue(await readJson(request), schema);
}

/** The body of a request as JSON. */
export async function readJson(request: Request, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  return parseJson(requireShort(await request.arrayBuffer(), maxBytes));
}

/** The bytes of a body. Throws a ProblemError when there are more of them: they are worth neither a parser's nor a signature's work. */
export function requireShort(body: ArrayBuffer, maxBytes = MAX_BODY_BYTES): Uint8Array {
  if (body.byteLength <= maxBytes) return new Uint8Array(body);
  const detail = `Expected at most ${maxBytes} bytes, got ${body.byteLength}`;
  throw new ProblemError({ status: 413, code: 'body-too-large', detail });
}

/** JSON in UTF-8 of a depth that is looked at. Throws a ProblemError for anything else. */
export function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    const detail = 'Expected a JSON document in UTF-8, got something else';
    throw new ProblemError({ status: 400, code: 'invalid-json', detail });
  }
  if (depthOf(value) > MAX_DEPTH) {
    throw new ProblemError({
      status: 400,
      code: 'invalid-json',
      detail: `Expected JSON nested at most ${MAX_DEPTH} deep, got more`,
    });
  }
  return value;
}

/** A value as `schema` reads it. Throws a ProblemError that names every faulty field. */
export function parseValue<T>(value: unknown, schema: z.ZodMiniType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => describeFaults(issue, value)).slice(0, MAX_FAULTS);
  const named = faults.map(({ path }) => path || 'the body').join(', ');
  throw new ProblemError({
    status: 422,
    code: 'invalid-body',
    detail: `Expected a valid body, got faults in ${named}`,
    faults,
  });
}

function depthOf(value: unknown, depth = 0): number {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return depth;
  return Object.values(value).reduce(
    (deepest, inner) => Math.max(deepest, depthOf(inner, depth + 1)),
    depth + 1,
  );
}
