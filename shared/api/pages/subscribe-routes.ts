import type { Context, Hono } from 'hono';
import { CHANNELS, type Channel } from '../../domain/channel.ts';
import type { Choice } from '../../domain/subscriber.ts';
import { noSooner } from '../../runtime/no-sooner.ts';
import { writeReference } from '../../subscriptions/reference.ts';
import { type SignedUp, type SignUp, signUp } from '../../subscriptions/sign-up.ts';
import { judgeChoice } from './choice-form.ts';
import { clientIp } from './client-ip.ts';
import type { SubscriptionPagesDependencies } from './dependencies.ts';
import type { Faults } from './faults.ts';
import { judgeAddress, refusalFault } from './judge-address.ts';
import { findSubject } from './look-up.ts';
import { formTooLarge, noSuchPage } from './message-page.ts';
import { readFields } from './read-fields.ts';
import { channelIn, emptyForm, HONEYPOT, readSubscribeForm, type SubscribeForm } from './subscribe-form.ts';
import { pathOf, type Subject, slackTab, subscribePage } from './subscribe-page.ts';
import { subscribedPage } from './subscribed-page.ts';
import { tooManyNotice } from './too-many.ts';

type Deps = Pick<
  SubscriptionPagesDependencies,
  'lookUps' | 'signingUp' | 'channels' | 'targetRules' | 'evenMs' | 'log'
>;

/** Signing up: for a page, and for one incident of it. */
export function subscribeRoutes(app: Hono, deps: Deps): void {
  for (const path of ['/p/:page/subscribe', '/p/:page/incidents/:incident/subscribe'] as const) {
    app.get(path, (context) => show(deps, context));
    app.post(path, (context) => take(deps, context));
  }
}

async function show(deps: Deps, context: Context): Promise<Response> {
  const subject = await findSubject(deps.lookUps, context.req.param('page'), context.req.param('incident'));
  if (subject === undefined) return noSuchPage();
  const channels = channelsOf(deps, subject);
  const channel = channelIn(new URL(context.req.url).searchParams, channels);
  if (channel === undefined) return noSuchPage();
  if (channel === 'slack') return slackTab(subject, channels);
  const { countries } = deps.signingUp.sms;
  return subscribePage({ subject, channels, countries, form: emptyForm(channel) });
}

async function take(deps: Deps, context: Context): Promise<Response> {
  const subject = await findSubject(deps.lookUps, context.req.param('page'), context.req.param('incident'));
  if (subject === undefined) return noSuchPage();
  const fields = await readFields(context.req.raw);
  if (fields === undefined) return formTooLarge();
  const channels = channelsOf(deps, subject);
  const channel = channelIn(fields, channels);
  if (channel === undefined) return noSuchPage();
  if (channel === 'slack') return slackTab(subject, channels);

  const form = readSubscribeForm(fields, channel);
  const { countries } = deps.signingUp.sms;
  const judged = judge(deps, form, subject);
  if ('faults' in judged)
    return subscribePage({ subject, channels, countries, form, faults: judged.faults, status: 422 });

  const wanted: SignUp = { ...judged, page: subject.page, clientIp: clientIp(context) };
  const caught = fields.get(HONEYPOT) !== null && fields.get(HONEYPOT) !== '';
  const startedAt = deps.signingUp.clock.now();
  // Whoever fills in what nobody sees is told what everybody is told, and nothing is done.
  const outcome = await noSooner(deps.evenMs, async () =>
    caught ? pretend(deps, wanted) : signUp(deps.signingUp, wanted),
  );
  deps.log({
    event: 'signup.taken',
    page: subject.page.id,
    channel,
    answer: caught ? 'caught' : answerOf(outcome),
    durationMs: deps.signingUp.clock.now() - startedAt,
  });
  switch (outcome.kind) {
    case 'accepted':
      return subscribedPage(
        subject.page,
        channel,
        writeReference(outcome.target),
        `${pathOf(subject)}?channel=${channel}`,
      );
    case 'refused':
      return subscribePage({
        subject,
        channels,
        countries,
        form,
        faults: [refusalFault(outcome.fault)],
        status: 422,
      });
    case 'tooMany':
      return subscribePage({
        subject,
        channels,
        countries,
        form,
        ...tooManyNotice(outcome.who, outcome.until, deps.signingUp.clock.now()),
      });
  }
}

/** What the log says of it: never whether the address was known. */
function answerOf(outcome: SignedUp): string {
  switch (outcome.kind) {
    case 'accepted':
      return 'accepted';
    case 'refused':
      return outcome.fault;
    case 'tooMany':
      return outcome.who;
  }
}

function judge(
  deps: Deps,
  form: SubscribeForm,
  { page, incident }: Subject,
):
  | Pick<SignUp, 'address' | 'ownerEmail' | 'format' | 'sharedHost' | 'scope' | 'filters'>
  | { readonly faults: Faults } {
  const address = judgeAddress(form, deps.targetRules);
  const choice = incident === undefined ? judgeChoice(form.choice, page) : { choice: onlyThis(incident.id) };
  if ('faults' in address || 'faults' in choice) {
    return { faults: [address, choice].flatMap((one) => ('faults' in one ? one.faults : [])) };
  }
  return { ...address, ...choice.choice };
}

function onlyThis(incident: string): Choice {
  return { scope: { kind: 'selection', components: [], groups: [], incidents: [incident] } };
}

function pretend({ signingUp }: Deps, { page, address }: SignUp): SignedUp {
  const target = { page: page.id, channel: address.channel, h: signingUp.hash(address) };
  return { kind: 'accepted', target };
}

/** Those that one can sign up by. In Slack one incident alone is not followed: its threads are. */
function channelsOf({ channels, signingUp }: Deps, { incident }: Subject): readonly Channel[] {
  return CHANNELS.filter((channel) => {
    if (!channels.includes(channel)) return false;
    if (channel === 'sms') return signingUp.sms.countries.length > 0;
    return channel !== 'slack' || incident === undefined;
  });
}
