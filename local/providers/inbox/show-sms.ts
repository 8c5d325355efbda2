import type { SmsMessage } from '../messages.ts';
import { type Html, html } from './html.ts';
import { plural } from './layout.ts';

/** A text as a handset shows it, with what it costs on the wire, and where to answer it. */
export function showSms(message: SmsMessage, textBack: Html | undefined): Html {
  return html`<article class="card handset">
<p class="bubble">${message.text}</p>
<p class="wire"><span class="mark">${plural(message.segments, 'segment')}</span> ${message.encoding}, ${plural([...message.text].length, 'character')}. Status: ${message.status}.</p>
${message.statusCallback !== undefined && html`<details><summary>Status callback</summary><pre>${message.statusCallback}</pre></details>`}
${textBack ?? ''}</article>`;
}
