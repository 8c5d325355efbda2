import { requestOnce } from '../channels/request-once.ts';
import { type Millis, SECOND } from '../domain/time.ts';
import type { Reply } from './messages.ts';

const TIMEOUT: Millis = 5 * SECOND;

/**
 * Answers through a `response_url`, in place of what it answers where Slack allows. Returns whether Slack took it; never
 * rejects: what was asked for has been done or not, whoever hears of it. Not repeated: Slack takes five answers in 30 minutes.
 */
export async function respond(responseUrl: string, reply: Reply, slackUrl: string): Promise<boolean> {
  const url = URL.parse(responseUrl);
  if (url === null || !isSlacks(url, slackUrl)) return false;
  try {
    const { status } = await requestOnce({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: true, ...reply }),
      timeoutMs: TIMEOUT,
    });
    return status >= 200 && status < 300;
  } catch {
    return false;
  }
}

/** Slack signed the request that named the address; we still call nobody else. A stand-in answers for itself. */
function isSlacks(url: URL, slackUrl: string): boolean {
  const own = URL.parse(slackUrl);
  if (own !== null && url.origin === own.origin) return true;
  return url.protocol === 'https:' && /(^|\.)slack(-gov)?\.com$/.test(url.hostname) && url.username === '';
}
