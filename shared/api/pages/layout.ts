import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Page } from '../../domain/page.ts';
import { ONLY_HTTPS } from '../only-https.ts';
import { CONTENT_SECURITY_POLICY, STYLE } from './style.ts';
import { lineOf } from './words.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Document {
  readonly title: string;
  /** Whose status page it is about; undefined where a stranger may not learn it, or nobody knows. */
  readonly page?: Page | undefined;
  readonly content: Html;
  /** Small print below. */
  readonly foot?: Html | undefined;
  /** Addresses of feeds that say the same, for readers that look for them. */
  readonly feeds?: readonly FeedLink[] | undefined;
  /** 200 unless said otherwise. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A feed: media type, title and path. */
export interface FeedLink {
  readonly type: string;
  readonly title: string;
  readonly path: string;
}

/** A whole page as a response. What it is called is its heading and its title; the heading is the content's to write. */
export async function answer({
  title,
  page,
  content,
  foot,
  feeds = [],
  status = 200,
  headers,
}: Document): Promise<Response> {
  const name = page === undefined ? undefined : lineOf(page.name, page.id);
  const document = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${name === undefined ? title : `${title} · ${name}`}</title>
${feeds.map(({ type, title, path }) => html`<link rel="alternate" type="${type}" title="${title}" href="${path}">\n`)}<style>${raw(STYLE)}</style>
</head>
<body>
<header class="top">${name !== undefined && topLine(name, page?.url)}</header>
<main>
${content}
</main>
<footer class="foot">${foot}</footer>
</body>
</html>
`;
  return new Response(document.toString(), { status, headers: { ...HEADERS, ...headers } });
}

function topLine(name: string, url: string | undefined): Html {
  const web = url !== undefined && /^https?:\/\//i.test(url) ? url : undefined;
  return web === undefined ? html`<span>${name}</span>` : html`<a href="${web}">${name}</a>`;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // The address of most of these pages is a credential: it is neither kept nor handed on. (ASVS 14.2.1, 14.3.2.)
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  ...ONLY_HTTPS,
};
