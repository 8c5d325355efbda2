import { html } from 'hono/html';
import { isoTime, utcTime } from '../../channels/text/utc.ts';
import type { Instant } from '../../domain/time.ts';
import type { Html } from './layout.ts';

/** A part of the manage page: what it is about, and the one button that acts on it. */
export function part(
  action: string,
  what: string,
  label: string,
  heading: string,
  text: string | Html,
  style: string,
): Html {
  return html`<section class="part split"><div><h2>${heading}</h2><p>${text}</p></div>
<form method="post" action="${action}"><input type="hidden" name="do" value="${what}"><button class="${style}">${label}</button></form></section>`;
}

export function timeOf(at: Instant): Html {
  const iso = isoTime(at);
  return html`<time datetime="${iso}">${utcTime(iso)}</time>`;
}
