/** Node's names for a network that did not carry a call. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * Whether an error is trouble of an AWS service or of the network, which passes, rather than a bug, which does not.
 * AWS clients mark every answer and every give-up with `$metadata`; a client that was refused for what it asked
 * (4xx that is no throttling) is a bug of ours.
 */
export function isTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata, $retryable, code } = error as Error & {
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
    code?: unknown;
  }; // what AWS clients and Node put on their errors; all optional
  if (typeof code === 'string' && NETWORK_CODES.has(code)) return true;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true;
  if ($retryable !== undefined) return true;
  if ($metadata === undefined) return false;
  const status = $metadata.httpStatusCode ?? 500;
  return (
    status >= 500 ||
    status === 429 ||
    /Throttl|TooMany|ThroughputExceeded|RequestLimitExceeded/.test(error.name)
  );
}
