/**
 * Node's error codes that prove that no byte of the request was processed: the name did not resolve, nobody
 * listened, or TLS was refused before the request was written. (Source: nodejs.org/api/errors.html, common
 * system errors; nodejs.org/api/tls.html, X509 certificate error codes.)
 */
const UNSENT = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  // Our own: the connection was not there in time, so nothing was written (`request-once.ts`).
  'CONNECT_TIMEOUT',
]);

/**
 * Whether an error of an HTTP call proves that the request was never processed. Everything else, resets and
 * time-outs after the connection above all, is ambiguous: the provider may have taken it.
 * Looks through `cause`, because clients wrap what the socket said.
 */
export function surelyNotSent(error: unknown): boolean {
  const code = socketCode(error);
  return code !== undefined && UNSENT.has(code);
}

/** The innermost string `code` of an error chain, for example `ECONNRESET`. */
export function socketCode(error: unknown): string | undefined {
  let found: string | undefined;
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string') found = at.code;
    // Trying IPv4 and IPv6 gives one error for both; they say the same of whether anything was sent only if all do.
    const parts = at instanceof AggregateError ? at.errors : undefined;
    if (parts !== undefined && parts.length > 0 && !parts.every(surelyNotSent)) return undefined;
    at = 'original' in at && at.original instanceof Error ? at.original : at.cause;
  }
  return found;
}
