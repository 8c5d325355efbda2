import { html } from 'hono/html';

export interface InstallPage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** Where to go from here. */
  readonly link?: { readonly href: string; readonly label: string };
}

const STYLE = `:root{color-scheme:light dark;font:1.05rem/1.6 system-ui,sans-serif}
body{max-width:34rem;margin:12vh auto;padding:0 1.25rem}a:focus-visible{outline:3px solid currentColor;outline-offset:3px}`;

/** A page that says how an installation went. Its address holds a code, so it is neither kept nor handed on. */
export async function showInstallPage({ status, title, text, link }: InstallPage): Promise<Response> {
  const document = await html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1><p>${text}</p>${link === undefined ? '' : html`<p><a href="${link.href}">${link.label}</a></p>`}</main></body>
</html>`;
  return new Response(document.toString(), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
      'x-content-type-options': 'nosniff',
    },
  });
}
