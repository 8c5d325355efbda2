import { html } from 'hono/html';
import type { Html } from './layout.ts';

const mark = (kind: string, path: string): Html =>
  html`<div class="mark ${kind}" aria-hidden="true"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="${path}"/></svg></div>`;

/** Decoration above the heading of a page that says how something ended. */
export const doneMark = mark('', 'M5 12.5l4.5 4.5L19 7.5');
export const sentMark = mark('plain', 'M3.5 6.5h17v11h-17z M3.5 7l8.5 6.5L20.5 7');
export const bellMark = mark('plain', 'M6 16.5h12l-1.5-2V10a4.5 4.5 0 0 0-9 0v4.5z M10.5 19.5h3');
export const linkMark = mark(
  'plain',
  'M10 14a4 4 0 0 0 5.7 0l2.8-2.8a4 4 0 0 0-5.7-5.7l-1 1 M14 10a4 4 0 0 0-5.7 0l-2.8 2.8a4 4 0 0 0 5.7 5.7l1-1',
);
