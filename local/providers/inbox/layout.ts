import { Html, html } from './html.ts';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='3.5' cy='8' r='2.5' fill='%23d4512b'/%3E%3Cpath d='M6.5 8 14 3M6.5 8h8M6.5 8l7.5 5' stroke='%23d4512b' stroke-width='1.5' fill='none'/%3E%3C/svg%3E";

const VIEWS = { inbox: 'Accepted', slack: 'Slack', refused: 'Refused' } as const;
type View = keyof typeof VIEWS;

export interface PageOptions {
  readonly title: string;
  /** The view that is marked in the navigation, when the page is one. */
  readonly view?: View;
  readonly body: Html;
  readonly status?: number;
  /** True where a mail is shown: its own styles must apply within its frame, which inherits this page's policy. */
  readonly mail?: boolean;
}

/** A whole page with its headers. Nothing runs and nothing is fetched but our own style sheet. */
export function page({ title, body, view, status = 200, mail = false }: PageOptions): Response {
  const policy = [
    "default-src 'none'",
    `style-src 'self'${mail ? " 'unsafe-inline'" : ''}`,
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${new Html(ICON)}">
<link rel="stylesheet" href="/_local/inbox.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="/_local/inbox"><svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="3.5" cy="8" r="2.5"/><path d="M6.5 8 14 3M6.5 8h8M6.5 8l7.5 5"/></svg>incident-fanout</a>
<span class="where">local inbox</span>
<nav aria-label="Views">${Object.entries(VIEWS).map(([name, label]) => html`<a href="/_local/${name}" ${name === view && 'aria-current=page'}>${label}</a>`)}</nav>
</header>
<main id="main">
${body}
</main>
</body>
</html>
`;
  return new Response(markup.markup, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  });
}

/** A number as people read it. */
export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** `1 message`, `2 messages`. */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`;
}

/** The time of day, UTC, with the whole instant on hover and for machines. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(11, 19)}</time>`;
}
