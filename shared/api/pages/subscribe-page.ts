import { html } from 'hono/html';
import { CATALOGUE } from '../../channels/webhook/formats/catalogue.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Page } from '../../domain/page.ts';
import { endsIncident, updateLabel } from '../../domain/status.ts';
import { choiceFields } from './choice-fields.ts';
import { describedBy, type Faults, faultLine, faultSummary, titled } from './faults.ts';
import { feedLinks, feedsSection } from './feeds-section.ts';
import { answer, type Html } from './layout.ts';
import { type FormChannel, HONEYPOT, type SubscribeForm } from './subscribe-form.ts';
import { CHANNEL_NAMES, lineOf } from './words.ts';

/** What one subscribes to: a page, or one incident of it. */
export interface Subject {
  readonly page: Page;
  readonly incident?: Incident | undefined;
}

export interface SubscribeView {
  readonly subject: Subject;
  /** Those that are on, in the order of the tabs. */
  readonly channels: readonly Channel[];
  readonly form: SubscribeForm;
  /** Whose numbers get texts: ISO 3166, two letters. */
  readonly countries: readonly string[];
  readonly faults?: Faults;
  /** Shown above the form: why it could not be taken just now. */
  readonly notice?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The form that signs up. It carries no token against forged requests, and needs none: it acts for nobody who is signed in, there
 * is no cookie, and what another site could post in a visitor's name it can post in its own. What counts is the
 * confirmation that only the owner of the address gets.
 */
export function subscribePage(view: SubscribeView): Promise<Response> {
  const { subject, channels, form, countries, faults = [], notice, status, headers } = view;
  const title = titleOf(subject);
  return answer({
    title: titled(title, faults),
    page: subject.page,
    feeds: feedLinks(subject.page),
    status,
    headers,
    content: html`<h1>${title}</h1>
${leadOf(subject)}
${notice !== undefined && html`<div class="note watch" role="alert"><p>${notice}</p></div>`}
${faultSummary(faults)}
${tabs(channels, form.channel)}
<form method="post" action="${pathOf(subject)}" novalidate>
<input type="hidden" name="channel" value="${form.channel}">
${addressFields(form, faults, countries)}
${subject.incident === undefined && choiceFields(subject.page, form.choice, form.channel, faults)}
<div class="hp" aria-hidden="true"><label>Leave this empty <input type="text" name="${HONEYPOT}" tabindex="-1" autocomplete="off"></label></div>
<button class="main-act">${ACTS[form.channel]}</button>
</form>
${subject.incident === undefined && feedsSection(subject.page)}`,
    foot: footnote,
  });
}

/** The tab of Slack: there the choice is made in Slack. */
export function slackTab(subject: Subject, channels: readonly Channel[]): Promise<Response> {
  const title = titleOf(subject);
  return answer({
    title,
    page: subject.page,
    content: html`<h1>${title}</h1>
${leadOf(subject)}
${tabs(channels, 'slack')}
<p>Add our app to your workspace, then type <strong>/status subscribe</strong> in the channel that is to be told. You choose
components there.</p>
<p><a class="button main-act" href="/slack/install?page=${subject.page.id}">Add to Slack</a></p>`,
    foot: footnote,
  });
}

const ACTS: Readonly<Record<FormChannel, string>> = {
  email: 'Send me the confirmation',
  sms: 'Text me the code',
  webhook: 'Check my endpoint',
};

const footnote = html`We use the address for these messages and nothing else. Every message says how to leave.`;

function titleOf({ page, incident }: Subject): string {
  return incident === undefined
    ? `Subscribe to ${lineOf(page.name, 'this page')}`
    : `Follow “${lineOf(incident.title, 'this incident')}”`;
}

function leadOf({ incident }: Subject): Html {
  if (incident === undefined) {
    return html`<p class="lead">We tell you when something breaks, how it goes on, and when it works again.</p>`;
  }
  if (endsIncident(incident.status)) {
    return html`<p class="lead">This incident has ended. If anything more is published, we tell you.</p>`;
  }
  return html`<p class="lead">We tell you about this one only, until it is over. Right now: ${updateLabel(incident.status).toLowerCase()}.</p>`;
}

export function pathOf({ page, incident }: Subject): string {
  return incident === undefined
    ? `/p/${page.id}/subscribe`
    : `/p/${page.id}/incidents/${incident.id}/subscribe`;
}

/** One form per channel, each at an address of its own: no script, and only fields that belong. */
function tabs(channels: readonly Channel[], current: Channel): Html | undefined {
  if (channels.length < 2) return undefined;
  return html`<nav aria-label="How we reach you"><ul class="tabs">${channels.map(
    (channel) =>
      html`<li><a href="?channel=${channel}"${channel === current && html` aria-current="page"`}>${CHANNEL_NAMES[channel]}</a></li>`,
  )}</ul></nav>`;
}

/** Countries that are named; more would be a wall of text. */
const MOST_COUNTRIES = 8;

function textsGoTo(countries: readonly string[]): string {
  if (countries.length > MOST_COUNTRIES) return '';
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const list = new Intl.ListFormat('en').format(countries.map((code) => names.of(code) ?? code));
  return `We text numbers of ${list}.`;
}

function addressFields(
  { channel, address, ownerEmail, format }: SubscribeForm,
  faults: Faults,
  countries: readonly string[],
): Html {
  switch (channel) {
    case 'email':
      return html`<div class="field"><label for="email">Your email address</label>
${faultLine(faults, 'email')}
<input type="email" id="email" name="email" value="${address}" autocomplete="email" spellcheck="false" required${describedBy(faults, 'email')}></div>`;
    case 'sms':
      return html`<div class="field"><label for="phone">Your mobile number</label>
<span class="hint" id="phone-hint">With its country code, such as +1 or +44. ${textsGoTo(countries)}</span>
${faultLine(faults, 'phone')}
<input type="tel" id="phone" name="phone" value="${address}" autocomplete="tel" required${describedBy(faults, 'phone', true)}></div>`;
    case 'webhook':
      return html`<div class="field"><label for="url">Your endpoint</label>
<span class="hint" id="url-hint">An https address that takes our signed calls, or the incoming webhook of a chat</span>
${faultLine(faults, 'url')}
<input type="url" id="url" name="url" value="${address}" placeholder="https://" spellcheck="false" autocomplete="off" required${describedBy(faults, 'url', true)}></div>
<div class="field"><label for="format">What the calls look like</label>
<span class="hint" id="format-hint">An address of Discord, Google Chat, Slack or Teams is recognised by itself</span>
${faultLine(faults, 'format')}
<select id="format" name="format"${describedBy(faults, 'format', true)}>${CATALOGUE.map(
        ({ name, label }) =>
          html`<option value="${name}"${name === format && html` selected`}>${label}</option>`,
      )}</select></div>
<div class="field"><label for="ownerEmail">Email address of whoever looks after it</label>
<span class="hint" id="ownerEmail-hint">For the signing secret, and when the endpoint stops answering</span>
${faultLine(faults, 'ownerEmail')}
<input type="email" id="ownerEmail" name="ownerEmail" value="${ownerEmail}" autocomplete="email" spellcheck="false" required${describedBy(faults, 'ownerEmail', true)}></div>`;
  }
}
