import { readFileSync } from 'node:fs';
import type { SmsMessage } from '../messages.ts';
import type { Records } from '../records.ts';
import type { SlackPerson } from '../slack/slack-person.ts';
import type { IncomingMessages } from '../sms/incoming-messages.ts';
import { parseFilter } from './filter.ts';
import { listPage } from './list-page.ts';
import { messagePage } from './message-page.ts';
import { refusedPage } from './refused-page.ts';
import { actInSlack, slackPage } from './slack-page.ts';
import { actOnText } from './text-back.ts';

/** In order: later ones refine earlier ones. */
const STYLES = ['base', 'counts', 'filter', 'rows', 'marks', 'message', 'slack', 'slack-page'];

/** Answers what lies under `/_local/inbox`, `/_local/slack`, `/_local/refused` and `/_local/accepted`; undefined for other paths. */
export function createInbox(
  records: Records,
  person: SlackPerson,
  incoming: IncomingMessages,
): (request: Request) => Promise<Response> | undefined {
  const css = STYLES.map((name) =>
    readFileSync(new URL(`./styles/${name}.css`, import.meta.url), 'utf8'),
  ).join('\n');

  function route(url: URL): Response | undefined {
    if (url.pathname === '/_local/inbox') return listPage(records, parseFilter(url.searchParams));
    if (url.pathname === '/_local/slack') return slackPage(records, person, url.searchParams.get('channel'));
    if (url.pathname === '/_local/refused') return refusedPage(records);
    if (url.pathname === '/_local/accepted') return acceptedLines(records, url.searchParams.get('update'));
    if (url.pathname === '/_local/inbox.css') {
      return new Response(css, {
        headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' },
      });
    }
    const n = numberIn(url);
    return n === undefined ? undefined : messagePage(records, incoming, n);
  }

  function textOf(n: number): SmsMessage | undefined {
    const message = records.messages()[n - 1];
    return message?.channel === 'sms' ? message : undefined;
  }

  return function handle(request) {
    const url = new URL(request.url);
    if (request.method === 'POST' && url.pathname.startsWith('/_local/slack/')) {
      return actInSlack(person, request, url);
    }
    const n = numberIn(url);
    if (request.method === 'POST' && n !== undefined) return actOnText(textOf(n), incoming, request);
    const response = route(url);
    if (!response) return undefined;
    if (request.method === 'GET' || request.method === 'HEAD') return Promise.resolve(response);
    return Promise.resolve(new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } }));
  };
}

/** Of the message that a path names. */
function numberIn({ pathname }: URL): number | undefined {
  const n = /^\/_local\/inbox\/(\d{1,9})$/.exec(pathname)?.[1];
  return n === undefined ? undefined : Number(n);
}

/** One JSON object a line per accepted message, repeats included, in order of acceptance. */
function acceptedLines(records: Records, update: string | null): Response {
  const lines = records.accepted(update ?? undefined).map((line) => `${JSON.stringify(line)}\n`);
  return new Response(lines.join(''), { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } });
}
