import { html } from 'hono/html';
import type { Page } from '../../domain/page.ts';
import { updateLabel } from '../../domain/status.ts';
import type { Source, Subscriber } from '../../domain/subscriber.ts';
import type { LastTold } from '../../subscriptions/last-told.ts';
import { choiceFields, type NamedIncident } from './choice-fields.ts';
import { type ChoiceForm, choiceOf } from './choice-form.ts';
import { secretOnce } from './confirm-page.ts';
import { type EndpointView, endpointParts, endpointTrouble } from './endpoint-parts.ts';
import { type Faults, faultSummary, titled } from './faults.ts';
import { answer, type Html } from './layout.ts';
import { part, timeOf } from './part.ts';
import { quarantineNote } from './quarantine-note.ts';
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
  /** Of webhooks. */
  readonly endpoint?: EndpointView;
}

export const NOTICES = {
  saved: 'Saved. This is what you hear of from now on.',
  paused: 'Paused. You hear of nothing until you resume.',
  resumed: 'Resumed. You hear of what happens from now on.',
  revived: 'It is called again. What it missed meanwhile is sent when you ask for it, below.',
  signedByKeyPair: 'Calls are signed by key pair too from now on.',
  signedBySecret: 'Calls are signed by secret only from now on.',
  asked: 'On its way. Load this page again in a few seconds: what came of it stands in the log below.',
  recovered:
    'What it missed is on its way, one call every two seconds. What came of it stands in the log below.',
  recoveredInPart:
    'The oldest 400 updates of what it missed are on their way, one call every two seconds. The operator of the page can have the rest sent.',
  nothingMissed: 'It missed nothing that can be sent again.',
  notNow: 'Nothing was changed: there was nothing to change right now.',
  tooOften: 'You have asked for this very often in the last hour. Nothing was sent; try again later.',
} as const;
export type ManageNotice = keyof typeof NOTICES;

/** What a manage link opens: what one hears of and why, what was told last, and every way to change it. */
export function managePage(view: ManageView): Promise<Response> {
  const { token, page, subscriber, faults = [], done, secret, incidents } = view;
  const action = `/manage/${token}`;
  const title = 'Your subscription';
  const trouble =
    subscriber.channel === 'webhook' ? endpointTrouble(action, subscriber) : quarantineNote(subscriber);
  return answer({
    title: titled(title, faults),
    page,
    status: faults.length === 0 ? 200 : 422,
    content: html`<h1>${title}</h1>
<p class="lead">${standing(subscriber)} This page stays open to you for a day.</p>
${done !== undefined && html`<div class="note" role="status"><p>${NOTICES[done]}</p></div>`}
${trouble}
${secret !== undefined && secretOnce(secret)}
${faultSummary(faults)}
${factsOf(view)}
${
  subscriber.state === 'active' &&
  html`<form method="post" action="${action}" novalidate>
<input type="hidden" name="do" value="save">
${choiceFields(page, view.form ?? choiceOf(subscriber), subscriber.channel, faults, incidents)}
<button class="main-act">Save changes</button>
</form>`
}
${view.endpoint !== undefined && endpointParts(action, subscriber, view.endpoint, secret !== undefined)}
${subscriber.state === 'active' && breakPart(action, subscriber.paused === true)}
${part(action, 'leave', 'Unsubscribe', 'Had enough?', 'You hear no more from us, from that moment on.', 'leave')}`,
  });
}

function standing({ state, paused }: Subscriber): string {
  if (state === 'quarantined') return 'Not in use.';
  return paused ? 'Paused: you hear of nothing for now.' : 'Active.';
}

function breakPart(action: string, paused: boolean): Html {
  return paused
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
      );
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
