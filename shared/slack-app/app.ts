import type { Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { newApp } from '../api/new-app.ts';
import { ProblemError } from '../api/problem.ts';
import { requireShort } from '../api/read-body.ts';
import type { Instant } from '../domain/time.ts';
import { errorName, type Log } from '../runtime/log.ts';
import { type AnswerCommandParts, answerCommand } from './answer-command.ts';
import { readInteraction } from './answer-interaction.ts';
import { parseCommand } from './command.ts';
import { beginInstall, finishInstall, type InstallParts } from './install.ts';
import { showInstallPage } from './install-page.ts';
import { STATE_LASTS } from './install-state.ts';
import { TROUBLE } from './messages.ts';
import { SLACK_ID } from './place.ts';
import { isSigned, readSigned } from './read-signed.ts';
import { challengeIn, readEvent, type TakeEventParts, takeEvent } from './take-event.ts';

/** The Slack app's credentials, as the operator filled them in. */
export interface SlackAppSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly signingSecret: string;
}

export interface SlackAppParts {
  /**
   * The credentials, or undefined until all are filled in. They may have been replaced a moment ago: those that do not do what they are
   * asked for are looked up anew, now and then.
   */
  readonly settings: (
    works: (settings: SlackAppSettings) => boolean,
  ) => Promise<SlackAppSettings | undefined>;
  readonly install: (settings: SlackAppSettings) => InstallParts;
  readonly commands: AnswerCommandParts;
  readonly events: TakeEventParts;
  readonly publicUrl: string;
  readonly now: () => Instant;
  readonly log: Log;
}

/** The Slack app: "Add to Slack", the slash command, clicks in its messages, and what Slack tells of workspaces. */
export function slackApp(parts: SlackAppParts): Hono {
  const app = newApp(parts.log);
  const isSecure = parts.publicUrl.startsWith('https:');
  // A __Host- cookie comes from this host over TLS and nowhere else (RFC 6265bis 4.1.3.2).
  const cookieName = isSecure ? '__Host-slack-install' : 'slack-install';
  const setCookie = (value: string, seconds: number) =>
    `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;

  async function settingsOrRefuse(
    works: (settings: SlackAppSettings) => boolean = () => true,
  ): Promise<SlackAppSettings> {
    const settings = await parts.settings(works);
    if (settings !== undefined) return settings;
    // Not a 5xx: those ring an alarm, and anybody can ask.
    throw new ProblemError({
      status: 404,
      code: 'not-set-up',
      detail:
        'Expected the Slack app to be set up, got no credentials; the operator fills in the Slack secret',
    });
  }

  async function signed(context: Context): Promise<string> {
    const { headers } = context.req.raw;
    const body = requireShort(await context.req.arrayBuffer());
    const { signingSecret } = await settingsOrRefuse((settings) =>
      isSigned(body, headers, settings.signingSecret, parts.now()),
    );
    return readSigned(body, headers, signingSecret, parts.now());
  }

  app.get('/slack/install', async (context) => {
    const install = parts.install(await settingsOrRefuse());
    const begun = await beginInstall(install, context.req.query('page') ?? '');
    if ('status' in begun) return showInstallPage(begun);
    context.header('set-cookie', setCookie(begun.cookie, STATE_LASTS / 1_000));
    context.header('cache-control', 'no-store');
    context.header('referrer-policy', 'no-referrer');
    return context.redirect(begun.redirectTo, 302);
  });

  app.get('/slack/oauth', async (context) => {
    const install = parts.install(await settingsOrRefuse());
    const { state = '', code, error } = context.req.query();
    const page = await finishInstall(install, {
      state,
      cookie: getCookie(context, cookieName) ?? '',
      ...(code && { code }),
      ...(error && { error }),
    });
    const answer = await showInstallPage(page);
    answer.headers.set('set-cookie', setCookie('', 0));
    return answer;
  });

  app.post('/slack/commands', async (context) => {
    const startedAt = parts.now();
    await settingsOrRefuse();
    if (isCertificateCheck(await context.req.arrayBuffer())) return context.body(null, 200);
    const form = new URLSearchParams(await signed(context));
    const place = { team: form.get('team_id') ?? '', conversation: form.get('channel_id') ?? '' };
    if (!SLACK_ID.test(place.team) || !SLACK_ID.test(place.conversation)) throw unreadable('a slash command');
    const call = { place, text: form.get('text') ?? '', responseUrl: form.get('response_url') ?? '' };
    const reply = await answerCommand(parts.commands, call).catch((error: unknown) => {
      // Slack shows people nothing of a 5xx but that the command failed.
      parts.log({ event: 'request.failed', route: context.req.routePath, error: errorName(error) });
      return TROUBLE;
    });
    const parsed = parseCommand(call.text);
    const command = 'fault' in parsed ? parsed.fault : parsed.kind;
    parts.log({ event: 'slack.command', command, durationMs: parts.now() - startedAt });
    return context.json({ response_type: 'ephemeral', ...reply });
  });

  app.post('/slack/interactions', async (context) => {
    const form = new URLSearchParams(await signed(context));
    const work = readInteraction(parseJson(form.get('payload') ?? ''));
    if (work !== undefined) await parts.commands.later(work);
    return context.body(null, 200);
  });

  app.post('/slack/events', async (context) => {
    const body = parseJson(await signed(context));
    const challenge = challengeIn(body);
    if (challenge !== undefined) return context.text(challenge);
    const event = readEvent(body);
    // What we did not ask for is taken all the same: Slack would repeat it, and switch us off in the end.
    if (event === undefined) return context.body(null, 200);
    const result = await takeEvent(parts.events, event);
    parts.log({ event: 'slack.event', kind: event.event.type, result });
    return context.body(null, 200);
  });

  return app;
}

/** Slack asks now and then whether our certificate is good, with little more than that, and does not say that it signs it. */
function isCertificateCheck(body: ArrayBuffer): boolean {
  if (body.byteLength > 1_024) return false;
  return new URLSearchParams(new TextDecoder().decode(body)).get('ssl_check') === '1';
}

function unreadable(what: string): ProblemError {
  return new ProblemError({
    status: 400,
    code: 'invalid-body',
    detail: `Expected ${what} of Slack, got a body without its parts`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
