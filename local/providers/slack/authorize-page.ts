import type { Reply } from '../http-endpoint.ts';
import { html } from '../inbox/html.ts';

const STYLE = `:root{color-scheme:light dark;font:1.05rem/1.6 system-ui,sans-serif}body{max-width:30rem;margin:12vh auto;padding:0 1.25rem}
a{display:inline-block;padding:.5rem 1.1rem;margin-right:.6rem;border:1px solid;border-radius:7px;font-weight:600;text-decoration:none;color:inherit}
a.yes{background:#1d7044;border-color:#1d7044;color:#fff}a:focus-visible{outline:3px solid;outline-offset:3px}li{font-family:ui-monospace,monospace;font-size:.9em}`;

/** What Slack asks a person before it lets an app in. */
export function authorizePage(scopes: readonly string[], team: string, allow: string, cancel: string): Reply {
  const document = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>Slack stand-in: allow the app?</title><style>${STYLE}</style></head>
<body><main><p>The Slack stand-in, workspace ${team}</p><h1>Allow the app?</h1>
<p>It asks for:</p><ul>${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
<p><a class="yes" href="${allow}">Allow</a> <a href="${cancel}">Cancel</a></p></main></body></html>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: document.markup,
  };
}
