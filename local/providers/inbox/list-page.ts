import { CHANNELS } from '../messages.ts';
import type { Records } from '../records.ts';
import { type Filter, filterHref, filterMessages, NO_UPDATE } from './filter.ts';
import { type Html, html } from './html.ts';
import { CHANNEL_NAMES, channelIcon } from './icons.ts';
import { count, page, plural } from './layout.ts';
import { messageRow } from './message-row.ts';
import { summarise, type UpdateSummary } from './summary.ts';
import { summaryTable } from './summary-table.ts';
import { updateKey } from './update-key.ts';

const PAGE_SIZE = 50;

/** The inbox: counts per update and channel, a filter, and the messages, newest first. */
export function listPage(records: Records, filter: Filter): Response {
  const messages = records.messages();
  const updates = summarise(messages);
  const found = filterMessages(messages, filter);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const current = Math.min(filter.page, pages);
  const shown = found.slice((current - 1) * PAGE_SIZE, current * PAGE_SIZE);
  const labels = new Map(updates.map((each) => [each.key, each.status || each.update]));
  const rows = shown.map((message) =>
    messageRow(message, message.to, labels.get(updateKey(message)) ?? message.update),
  );
  return page({
    title: 'Inbox \u00b7 incident-fanout',
    view: 'inbox',
    body: html`<h1>Who was told what</h1>
<p class="lead">${lead(messages.length, updates, records.refused().length)}</p>
${updates.length > 0 && summaryTable(updates, filter)}
${controls(updates, filter, messages.length)}
<h2>${plural(found.length, 'message')}${isNarrowed(filter) && html` <small>of ${count(messages.length)}</small>`}</h2>
${rows.length > 0 ? html`<ol class="rows" reversed>${rows}</ol>` : empty(messages.length)}
${pages > 1 && paging(filter, current, pages)}`,
  });
}

function lead(total: number, updates: readonly UpdateSummary[], refused: number): Html {
  const repeats = updates.reduce((sum, each) => sum + each.repeats, 0);
  return html`The providers accepted <strong>${plural(total, 'message')}</strong> for
${plural(updates.filter(({ update }) => update !== '').length, 'update')}, <strong class="${repeats > 0 && 'warn'}">${plural(repeats, 'repeat')}</strong>
among them, and refused <a href="/_local/refused">${plural(refused, 'request')}</a>. Times are UTC.`;
}

function isNarrowed(filter: Filter): boolean {
  return filter.channel !== undefined || filter.update !== undefined || filter.address !== undefined;
}

function controls(updates: readonly UpdateSummary[], filter: Filter, total: number): Html {
  const options = updates.map(({ key, status, incident }) => {
    const name = [status, incident].filter(Boolean).join(' \u00b7 ');
    return html`<option value="${key || NO_UPDATE}" ${filter.update === key && 'selected'}>${name}${key && ` (${key})`}</option>`;
  });
  const channels = CHANNELS.map((channel) => {
    const own = updates
      .filter(({ key, update }) => filter.update === undefined || [key, update].includes(filter.update))
      .reduce((sum, each) => sum + each.counts[channel], 0);
    return html`<li><a href="${filterHref(filter, { channel })}" ${filter.channel === channel && 'aria-current=true'}>${channelIcon(channel)}${CHANNEL_NAMES[channel]} <small>${count(own)}</small></a></li>`;
  });
  return html`<section class="controls" aria-label="Filter">
<ul class="tabs"><li><a href="${filterHref(filter, { channel: undefined })}" ${filter.channel === undefined && 'aria-current=true'}>All</a></li>${channels}</ul>
<form action="/_local/inbox">
${filter.channel !== undefined && html`<input type="hidden" name="channel" value="${filter.channel}">`}
<label>Update <select name="update"><option value="">All</option>${options}</select></label>
<label>Address <input type="search" name="address" value="${filter.address}" placeholder="reader-1@, +1555, C0DEMO" autocomplete="off"></label>
<button>Filter</button>
${isNarrowed(filter) && html`<a href="/_local/inbox">Show all ${count(total)}</a>`}
</form>
</section>`;
}

function paging(filter: Filter, current: number, pages: number): Html {
  const newer =
    current > 1 && html`<a rel="prev" href="${filterHref(filter, { page: current - 1 })}">\u2190 Newer</a>`;
  const older =
    current < pages &&
    html`<a rel="next" href="${filterHref(filter, { page: current + 1 })}">Older \u2192</a>`;
  return html`<nav class="paging" aria-label="Pages">${newer || html`<span></span>`}<span>Page ${count(current)} of ${count(pages)}</span>${older || html`<span></span>`}</nav>`;
}

function empty(total: number): Html {
  return total === 0
    ? html`<p class="empty">Nobody was told anything yet. Publish an update, and its messages appear here.</p>`
    : html`<p class="empty">No message fits this filter. <a href="/_local/inbox">Show all</a></p>`;
}
