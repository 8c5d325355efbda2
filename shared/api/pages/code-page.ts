import { html } from 'hono/html';
import type { Page } from '../../domain/page.ts';
import { describedBy, type Faults, faultLine, faultSummary, titled } from './faults.ts';
import { answer, type Html } from './layout.ts';
import { doneMark } from './marks.ts';
import { lineOf } from './words.ts';

/** The same for every number. */
export const AFTER_STOP = 'A number that has answered STOP to our texts gets none before it sends START.';

/** Where the six digits of a text are entered. The same for every number, whether or not a text is on its way to it. */
export function codePage(page: Page | undefined, reference: string, faults: Faults = []): Promise<Response> {
  return answer({
    status: faults.length === 0 ? 200 : 422,
    title: titled('Enter the code', faults),
    page,
    content: html`<h1>Enter the code</h1>
<p class="lead">Six digits came to you by text. They work for ten minutes, and you have five tries.</p>
${faultSummary(faults)}
${codeForm(reference, faults)}
${
  page !== undefined &&
  html`<div class="part"><p>No text, or too many tries? <a href="/p/${page.id}/subscribe?channel=sms">Ask for a new code</a>. ${AFTER_STOP}</p></div>`
}`,
  });
}

/** One answer for a wrong code, one that ran out of time or tries, and a number that waits for none. */
export const WRONG_CODE: Faults = [
  {
    field: 'code',
    message: 'Enter the code from the newest text. After five tries or ten minutes you need a new one',
  },
];

export function codeForm(reference: string, faults: Faults): Html {
  return html`<form method="post" action="/confirm/sms/${reference}" novalidate>
<div class="field code"><label for="code">Code</label>
${faultLine(faults, 'code')}
<input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="16" required${describedBy(faults, 'code')}></div>
<button class="main-act">Subscribe</button>
</form>`;
}

export function codeConfirmedPage(page: Page | undefined): Promise<Response> {
  return answer({
    title: 'You are subscribed',
    page,
    content: html`${doneMark}<h1>You are subscribed</h1>
<p>We will text you about ${page === undefined ? 'this page' : lineOf(page.name, 'this page')}. If something is broken right now,
the first text is on its way.</p>
<p>Answer <strong>STOP</strong> to any of our texts to leave. To change what you hear of, sign up again with the same number: we text
you a link.</p>`,
  });
}
