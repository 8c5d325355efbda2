import type { Message } from '../messages.ts';
import { describePayload } from './describe.ts';
import { type Html, html } from './html.ts';
import { CHANNEL_NAMES, channelIcon } from './icons.ts';
import { count, plural, time } from './layout.ts';

/** One message in a list, the whole row a link to it. */
export function messageRow(message: Message, title: string, label: string): Html {
  return html`<li class="row">
${channelIcon(message.channel)}
<a href="/_local/inbox/${message.n}"><span class="hidden">${CHANNEL_NAMES[message.channel]}: </span>${title}</a>
<p class="preview">${preview(message)}</p>
<p class="aside">${marks(message)}${label !== '' && html`<span class="label">${label}</span>`}${time(message.at)}</p>
</li>`;
}

/** The first words that the recipient sees. */
export function preview(message: Message): string {
  switch (message.channel) {
    case 'email':
      return `${message.subject} \u2014 ${message.text.replaceAll(/\s+/g, ' ').slice(0, 160)}`;
    case 'sms':
    case 'slack':
      return message.text.slice(0, 240);
    case 'webhook': {
      const { type, body } = describePayload(message);
      return type === '' ? message.text.slice(0, 240) : `${type} \u2014 ${body}`;
    }
  }
}

/** What is worth knowing of a message at a glance. */
function marks(message: Message): Html {
  switch (message.channel) {
    case 'email':
      return html``;
    case 'sms':
      return html`<span class="mark">${plural(message.segments, 'segment')}</span>`;
    case 'slack': {
      const rings =
        message.mentions.length > 0 &&
        html`<span class="mark bad">${plural(message.mentions.length, 'mention')}</span>`;
      const edited =
        message.edits.length > 0 &&
        html`<span class="mark">root edited ${count(message.edits.length)}\u00d7</span>`;
      const thread = message.thread !== undefined && html`<span class="mark">in thread</span>`;
      return html`${rings}${edited}${thread}`;
    }
    case 'webhook':
      return html`${message.repeat && html`<span class="mark">repeat</span>`}`;
  }
}
