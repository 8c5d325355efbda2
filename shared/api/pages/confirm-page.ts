import { html } from 'hono/html';
import type { Page } from '../../domain/page.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { NamedIncident } from './choice-fields.ts';
import { describeChoice } from './describe-choice.ts';
import { answer, type Html } from './layout.ts';
import { bellMark, doneMark } from './marks.ts';
import { messagePage } from './message-page.ts';
import { lineOf, WAYS } from './words.ts';

/** What a confirmation link opens: a question with a button. Opening it has agreed to nothing, for scanners open links. */
export function confirmPage(
  token: string,
  page: Page | undefined,
  subscriber: Subscriber,
  incidents: readonly NamedIncident[],
): Promise<Response> {
  const title = 'Confirm your subscription';
  return answer({
    title,
    page,
    content: html`${bellMark}<h1>${title}</h1>
<p>You will hear ${WAYS[subscriber.channel]} about ${nameOf(page)}:</p>
${describeChoice(page, subscriber, incidents)}
<form method="post" action="/confirm/${token}"><button class="main-act">Yes, subscribe</button></form>
<div class="part"><p>Not you? Close this page: without the button nothing happens, and we forget the request after seven days.</p></div>`,
  });
}

/** After the button. `secret`: of a webhook, and only on this answer. */
export function confirmedPage(
  page: Page | undefined,
  subscriber: Subscriber,
  secret: string | undefined,
): Promise<Response> {
  return answer({
    title: 'You are subscribed',
    page,
    content: html`${doneMark}<h1>You are subscribed</h1>
<p>We will tell you ${WAYS[subscriber.channel]} about ${nameOf(page)}. If something is broken right now, the first message is on
its way.</p>
${secret === undefined ? html`<p>Every message says how to change this and how to leave.</p>` : secretOnce(secret)}`,
  });
}

/** The signing secret of a webhook, with what its owner has to know. */
export function secretOnce(secret: string): Html {
  return html`<div class="part"><h2>Your signing secret</h2>
<p>Store it now: it is shown this once. Check the signature of every call with it, as
<a href="https://www.standardwebhooks.com" rel="noreferrer">Standard Webhooks</a> says.</p>
<code class="secret">${secret}</code></div>`;
}

/** Used, replaced by a newer one, foreign or broken: to a stranger all the same. */
export function deadConfirmation(kind: 'invalid' | 'expired', page: Page | undefined): Promise<Response> {
  return messagePage({
    status: kind === 'expired' ? 410 : 404,
    title: kind === 'expired' ? 'This link has run out' : 'This link does not work any more',
    page,
    content: html`${
      kind === 'expired'
        ? html`<p>Confirmation links work for seven days. Nothing was subscribed.</p>`
        : html`<p>It was used already, a newer one took its place, or it is incomplete. If you pressed the button before, you are
subscribed and need do nothing.</p>`
    }
${page !== undefined && html`<p><a href="/p/${page.id}/subscribe">Ask for a new one</a></p>`}`,
  });
}

function nameOf(page: Page | undefined): string {
  return page === undefined ? 'this page' : lineOf(page.name, 'this page');
}
