import { CHANNELS } from '../messages.ts';
import { type Filter, filterHref } from './filter.ts';
import { type Html, html } from './html.ts';
import { CHANNEL_NAMES } from './icons.ts';
import { count, time } from './layout.ts';
import type { UpdateSummary } from './summary.ts';

/** Messages per update and channel, under the name of each incident. Each number leads to its messages. */
export function summaryTable(updates: readonly UpdateSummary[], filter: Filter): Html {
  const incidents = Map.groupBy(updates, (each) => each.incident);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Messages per update and channel"><table class="counts">
<thead><tr><th scope="col">Update</th>${CHANNELS.map((channel) => html`<th scope="col">${CHANNEL_NAMES[channel]}</th>`)}<th scope="col" class="total">All</th><th scope="col" class="when">First</th><th scope="col" class="when">Last</th></tr></thead>
${[...incidents].map(
  ([incident, own]) => html`<tbody>
<tr><th scope="rowgroup" colspan="8" class="incident">${incident}</th></tr>
${own.map((each) => row(each, filter))}</tbody>`,
)}
</table></div>`;
}

function row(summary: UpdateSummary, filter: Filter): Html {
  const { key, update, status, counts, total, repeats, firstAt, lastAt } = summary;
  const cells = CHANNELS.map((channel) => {
    const href = filterHref(filter, { update: key, channel });
    return html`<td>${counts[channel] > 0 ? html`<a href="${href}">${count(counts[channel])}</a>` : html`<span class="none">0</span>`}</td>`;
  });
  const all = filterHref(filter, { update: key, channel: undefined });
  return html`<tr class="${filter.update === key && 'chosen'}">
<th scope="row"><a href="${all}">${status || update || 'No update named'}</a> ${status !== '' && html`<code>${update}</code>`}${repeats > 0 && html` <span class="mark bad">${count(repeats)} repeated</span>`}</th>
${cells}<td class="total"><strong>${count(total)}</strong></td><td class="when">${time(firstAt)}</td><td class="when">${time(lastAt)}</td></tr>`;
}
