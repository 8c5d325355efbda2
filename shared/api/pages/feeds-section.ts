import { html } from 'hono/html';
import type { Page } from '../../domain/page.ts';
import { FEED_TYPES, feedPaths } from '../../feeds/addresses.ts';
import type { FeedLink, Html } from './layout.ts';
import { lineOf } from './words.ts';

const NAMES = { atom: 'Atom', json: 'JSON Feed', calendar: 'Calendar of maintenance' } as const;

/** What feed readers find by themselves on the page. */
export function feedLinks(page: Page): readonly FeedLink[] {
  const paths = feedPaths(page.id);
  const name = lineOf(page.name, 'Status');
  return (['atom', 'json', 'calendar'] as const).map((kind) => ({
    type: FEED_TYPES[kind],
    title: `${name}: ${NAMES[kind]}`,
    path: paths[kind],
  }));
}

/** For those who would rather look than be told. A feed of each component, too, where there are some. */
export function feedsSection(page: Page): Html {
  return html`<section class="part" aria-labelledby="feeds"><h2 id="feeds">Feeds</h2>
<p class="hint">No address needed: your reader or calendar looks by itself.</p>
<p>${linksOf(page.id)}</p>
${
  page.components.length > 0 &&
  html`<details><summary>For one component</summary><ul>${page.components.map(
    ({ id, name }) => html`<li>${lineOf(name, id)}: ${linksOf(page.id, id)}</li>`,
  )}</ul></details>`
}</section>`;
}

function linksOf(page: string, component?: string): Html {
  const { atom, json, calendar } = feedPaths(page, component);
  return html`<a href="${atom}" type="${FEED_TYPES.atom}">${NAMES.atom}</a>, <a href="${json}" type="${FEED_TYPES.json}">${NAMES.json}</a>, <a href="${calendar}" type="${FEED_TYPES.calendar}">${NAMES.calendar}</a>`;
}
