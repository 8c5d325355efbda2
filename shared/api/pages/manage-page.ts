import { html } from 'hono/html';
import { isoTime, utcTime } from '../../channels/text/utc.ts';
import type { Page } from '../../domain/page.ts';
import { updateLabel } from '../../domain/status.ts';
import type { Source, Subscriber } from '../../domain/subscriber.ts';
import type { Instant } from '../../domain/time.ts';
import type { LastTold } from '../../subscriptions/last-told.ts';
import { choiceFields, type NamedIncident } from './choice-fields.ts';
import { type ChoiceForm, choiceOf } from './choice-form.ts';
import { secretOnce } from './confirm-page.ts';
import { type Faults, faultSummary, titled } from './faults.ts';
import { answer, type Html } from './layout.ts';
import { CHANNEL_NAMES, lineOf, maskedAddress } from './words.ts';

export interface ManageView {
  readonly token: string;
  readonly page: Page;
  readonly subscriber: Subscriber;
  readonly incidents: readonly NamedIncident[];
  readonly told: readonly LastTold[];
  /** What has just been done. */
  readonly done?: ManageNotice | undefined;
  /** As it was sent, when something in it is wrong; else what is stored. */
  readonly form?: ChoiceForm;
  readonly faults?: Faults;
  /** The signing secret of a webhook: on this answer only. */
  readonly secret?: string;
}

export const NOTICES = {
  saved: 'Saved. This is what you hear of from now on.',
  paused: 'Paused. You hear of nothing until you resume.',
  resumed: 'Resumed. You hear of what happens from now on.',
} as const;
export type ManageNotice = keyof typeof NOTICES;

/** What a manage link opens: what one hears of and why, what was told last, and every way to change it. */
export function managePage(view: ManageView): Promise<Response> {
  const { token, page, subscriber, faults = [], done, secret, incidents } = view;
  const action = `/manage/${token}`;
  const title = 'Your subscription';
  const paused = subscriber.paused === true;
  return answer({
    title: titled(title, faults),
    page,
    status: faults.length === 0 ? 200 : 422,
    content: html`<h1>${title}</h1>
<p class="lead">${paused ? 'Paused: you hear of nothing for now.' : 'Active.'} This page stays open to you for a day.</p>
${done !== undefined && html`<div class="note" role="status"><p>${NOTICES[done]}</p></div>`}
${secret !== undefined && secretOnce(secret)}
${faultSummary(faults)}
${factsOf(view)}
<form method="post" action="${action}" novalidate>
<input type="hidden" name="do" value="save">
${choiceFields(page, view.form ?? choiceOf(subscriber), subscriber.channel, faults, incidents)}
<button class="main-act">Save changes</button>
</form>
${secret === undefined && subscriber.channel === 'webhook' && secretPart(action, subscriber)}
${
  paused
    ? part(
        action,
        'resume',
        'Resume',
        'You are on a break',
        'What happened meanwhile is not sent again.',
        'quiet',
      )
    : part(
        action,
        'pause',
        'Pause',
        'Need a break?',
        'You stay subscribed and hear of nothing until you resume.',
        'quiet',
      )
}
${part(action, 'leave', 'Unsubscribe', 'Had enough?', 'You hear no more from us, from that moment on.', 'leave')}`,
  });
}

function part(
  action: string,
  what: string,
  label: string,
  heading: string,
  text: string,
  style: string,
): Html {
  return html`<section class="part split"><div><h2>${heading}</h2><p>${text}</p></div>
<form method="post" action="${action}"><input type="hidden" name="do" value="${what}"><button class="${style}">${label}</button></form></section>`;
}

function secretPart(action: string, { secretShownAt }: Subscriber): Html {
  if (secretShownAt === undefined) {
    const text = 'It is shown once. Have a safe place ready.';
    return part(action, 'secret', 'Show the secret', 'Signing secret', text, 'quiet');
  }
  return html`<section class="part"><h2>Signing secret</h2><p>It was shown on ${timeOf(secretShownAt)}. If it is lost, ask the operator
of this page for a new one.</p></section>`;
}

function factsOf({ subscriber, told }: ManageView): Html {
  const { channel, address, source, createdAt, confirmedAt } = subscriber;
  return html`<dl>
<dt>Reached by</dt><dd>${CHANNEL_NAMES[channel]}: ${maskedAddress(address)}</dd>
<dt>Why</dt><dd>${REASONS[source ?? 'operator']} on ${timeOf(confirmedAt ?? createdAt)}</dd>
<dt>Last told</dt><dd>${
    told.length === 0
      ? 'Nothing lately'
      : html`<ul>${told.map(
          ({ title, status, at, because }) =>
            html`<li>${updateLabel(status)}: ${lineOf(title, 'Incident')}<span class="hint">${timeOf(at)}, ${BECAUSE[because]}</span></li>`,
        )}</ul>`
  }</dd>
</dl>`;
}

const REASONS: Readonly<Record<Source, string>> = {
  self: 'This address was signed up and confirmed',
  operator: 'The operator of the page added you',
  import: 'The operator of the page brought you along from another system',
  slack: 'Somebody in your workspace subscribed the channel',
};

const BECAUSE: Readonly<Record<LastTold['because'], string>> = {
  page: 'because you follow the whole page',
  selection: 'because it touched what you chose',
  incident: 'because you follow this incident',
};

function timeOf(at: Instant): Html {
  const iso = isoTime(at);
  return html`<time datetime="${iso}">${utcTime(iso)}</time>`;
}
