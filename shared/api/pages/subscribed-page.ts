import { html } from 'hono/html';
import type { Page } from '../../domain/page.ts';
import { AFTER_STOP, codeForm } from './code-page.ts';
import { answer, type Html } from './layout.ts';
import { sentMark } from './marks.ts';
import type { FormChannel } from './subscribe-form.ts';

/**
 * What everybody sees who has signed up. Nothing in it depends on what we know of the address: not even the address is repeated.
 * `reference` names the row for the code of a text; it is made of what was typed alone.
 */
export function subscribedPage(
  page: Page,
  channel: FormChannel,
  reference: string,
  again: string,
): Promise<Response> {
  const { title, content } = CONTENT[channel](reference);
  return answer({
    status: 202,
    title,
    page,
    content: html`${sentMark}<h1>${title}</h1>
${content}
<div class="part"><p>Nothing came? Look for a typing mistake and among unwanted messages, and <a href="${again}">try again</a> ten
minutes from now. Each address gets three messages a day at most.${channel === 'sms' && html` ${AFTER_STOP}`}</p></div>`,
  });
}

const CONTENT: Readonly<Record<FormChannel, (reference: string) => { title: string; content: Html }>> = {
  email: () => ({
    title: 'Check your mailbox',
    content: html`<p>If that address can be subscribed, we have sent it a message with a link. Open the link and press the button:
you are subscribed from then on, not before.</p>
<p>The link works for seven days. If the address is subscribed already, the message holds a link to change what it hears of.</p>`,
  }),
  sms: (reference) => ({
    title: 'Enter the code',
    content: html`<p>If that number can be subscribed, we have sent it a text with six digits. They work for ten minutes.</p>
${codeForm(reference, [])}`,
  }),
  webhook: () => ({
    title: 'We are checking your endpoint',
    content: html`<p>If that endpoint can be subscribed, we now call it with a signed challenge, and write to the owner’s address.
The endpoint is subscribed once it has echoed the challenge or its owner has followed the link in our mail, not before.</p>
<p>Is it the webhook of a chat? Then we post one message there, with a link for whoever may decide.</p>
<p>The signing secret is shown once, on the page that the link opens.</p>`,
  }),
};
