import type { Message } from '../messages.ts';
import type { Records } from '../records.ts';
import type { IncomingMessages } from '../sms/incoming-messages.ts';
import { filterHref } from './filter.ts';
import { type Html, html } from './html.ts';
import { CHANNEL_NAMES, channelIcon } from './icons.ts';
import { page, time } from './layout.ts';
import { messageRow } from './message-row.ts';
import { showEmail } from './show-email.ts';
import { showSlack } from './show-slack.ts';
import { showSms } from './show-sms.ts';
import { showWebhook } from './show-webhook.ts';
import { summarise } from './summary.ts';
import { textBackForm } from './text-back.ts';
import { updateKey } from './update-key.ts';

/** One message as its recipient sees it, and what else the same address was told. */
export function messagePage(records: Records, incoming: IncomingMessages, n: number): Response {
  const messages = records.messages();
  const message = messages[n - 1];
  if (!message) {
    const body = html`<h1>No such message</h1><p class="lead">There is no message ${n}. <a href="/_local/inbox">Back to the inbox</a></p>`;
    return page({ title: 'No such message', body, status: 404 });
  }
  const told = messages.filter((each) => each.channel === message.channel && each.to === message.to);
  const labels = new Map(summarise(messages).map((each) => [each.key, each]));
  const incident = labels.get(updateKey(message))?.incident;
  const statusOf = (about: Message) =>
    labels.get(updateKey(about))?.status || about.update || 'No update named';
  return page({
    title: `${CHANNEL_NAMES[message.channel]} to ${message.to}`,
    mail: message.channel === 'email',
    body: html`<nav class="crumbs" aria-label="Place"><a href="/_local/inbox">Inbox</a>
<a href="${filterHref({ page: 1, update: updateKey(message) })}">${statusOf(message)}</a>
<span>Message ${message.n}</span></nav>
<h1 class="to">${channelIcon(message.channel)}<span class="hidden">${CHANNEL_NAMES[message.channel]} to </span>${message.to}</h1>
<p class="lead">${CHANNEL_NAMES[message.channel]} about <strong>${incident}</strong>, accepted at ${time(message.at)} UTC as <code>${message.providerId}</code></p>
${show(message, messages, incoming)}
<h2>Everything this address was told</h2>
<ol class="rows">${told.map((each) => messageRow(each, statusOf(each), each.n === message.n ? 'This message' : ''))}</ol>`,
  });
}

function show(message: Message, all: readonly Message[], incoming: IncomingMessages): Html {
  switch (message.channel) {
    case 'email':
      return showEmail(message);
    case 'sms':
      return showSms(message, textBackForm(message, incoming));
    case 'slack':
      return showSlack(message, all);
    case 'webhook':
      return showWebhook(message);
  }
}
