import type { Hono } from 'hono';
import { noSooner } from '../../runtime/no-sooner.ts';
import { confirmByCode, confirmByLink, openConfirmation } from '../../subscriptions/confirm.ts';
import { readReference } from '../../subscriptions/reference.ts';
import { codeConfirmedPage, codePage, WRONG_CODE } from './code-page.ts';
import { confirmedPage, confirmPage, deadConfirmation } from './confirm-page.ts';
import type { SubscriptionPagesDependencies } from './dependencies.ts';
import { namedIncidents, pageOfToken } from './look-up.ts';
import { brokenLink, formTooLarge } from './message-page.ts';
import { readFields } from './read-fields.ts';

type Deps = Pick<SubscriptionPagesDependencies, 'lookUps' | 'confirming' | 'signingSecret' | 'evenMs'>;

/** Agreeing: by the link of a mail, and by the code of a text. */
export function confirmRoutes(app: Hono, deps: Deps): void {
  const { lookUps, confirming } = deps;

  app.get('/confirm/:token', async (context) => {
    const token = context.req.param('token');
    const page = await pageOfToken(lookUps, token);
    const opened = await openConfirmation(confirming, token);
    if (opened.kind !== 'open') return deadConfirmation(opened.kind, page);
    const incidents = await namedIncidents(lookUps, opened.subscriber.page, opened.subscriber.scope);
    return confirmPage(token, page, opened.subscriber, incidents);
  });

  app.post('/confirm/:token', async (context) => {
    const token = context.req.param('token');
    const page = await pageOfToken(lookUps, token);
    const confirmed = await confirmByLink(confirming, token);
    if (confirmed.kind !== 'confirmed') return deadConfirmation(confirmed.kind, page);
    const { subscriber, showSecret } = confirmed;
    return confirmedPage(page, subscriber, showSecret ? deps.signingSecret(subscriber) : undefined);
  });

  app.get('/confirm/sms/:reference', async (context) => {
    const reference = context.req.param('reference');
    if (readReference(reference)?.channel !== 'sms') return brokenLink();
    return codePage(await pageOfToken(lookUps, reference), reference);
  });

  app.post('/confirm/sms/:reference', async (context) => {
    const reference = context.req.param('reference');
    if (readReference(reference)?.channel !== 'sms') return brokenLink();
    const fields = await readFields(context.req.raw);
    if (fields === undefined) return formTooLarge();
    const page = await pageOfToken(lookUps, reference);
    const code = (fields.get('code') ?? '').replace(/[\s-]/g, '');
    // What is no code is no try: nobody loses one to an empty field.
    if (!/^\d{6}$/.test(code)) return codePage(page, reference, WRONG_CODE);
    const confirmed = await noSooner(deps.evenMs, () => confirmByCode(confirming, reference, code));
    return confirmed.kind === 'confirmed' ? codeConfirmedPage(page) : codePage(page, reference, WRONG_CODE);
  });
}
