import { CHANNELS } from '../messages.ts';
import type { Records } from '../records.ts';
import { type Html, html } from './html.ts';
import { CHANNEL_NAMES, channelIcon } from './icons.ts';
import { count, page, plural, time } from './layout.ts';

/** So many of the newest are listed; the table above counts all. */
const SHOWN = 200;

/** What the providers turned down, counted by code, and the newest of it one by one. */
export function refusedPage(records: Records): Response {
  const refused = records.refused();
  const kinds = Map.groupBy(refused, (each) => `${CHANNELS.indexOf(each.channel)} ${each.code}`);
  const rows = [...kinds.values()].flatMap(([first, ...rest]) =>
    first
      ? [
          html`<tr><th scope="row">${CHANNEL_NAMES[first.channel]}</th><td><code>${first.code}</code></td><td>${count(rest.length + 1)}</td></tr>`,
        ]
      : [],
  );
  return page({
    title: 'Refused \u00b7 incident-fanout',
    view: 'refused',
    body: html`<h1>What was refused</h1>
<p class="lead">${plural(refused.length, 'entry').replace(/ys$/, 'ies')}: calls that a provider refused, faults that were scripted, and messages that a provider accepts but a rule of ours does not.</p>
${rows.length > 0 ? html`<div class="scroll"><table class="reasons"><thead><tr><th scope="col">Channel</th><th scope="col">Code</th><th scope="col">Times</th></tr></thead><tbody>${rows}</tbody></table></div>` : html`<p class="empty">Nothing was refused.</p>`}
${rows.length > 0 && html`<h2>Newest first</h2>`}
<ol class="rows" reversed>${refused.slice(-SHOWN).reverse().map(refusedRow)}</ol>`,
  });
}

function refusedRow(refused: ReturnType<Records['refused']>[number]): Html {
  return html`<li class="row">${channelIcon(refused.channel)}
<span class="who"><code>${refused.code}</code> ${refused.to}</span>
<p class="preview whole">${refused.reason}</p>
<p class="aside">${refused.accepted && html`<span class="mark">accepted all the same</span>`}${refused.update && html`<span class="label">${refused.update}</span>`}${time(refused.at)}</p></li>`;
}
