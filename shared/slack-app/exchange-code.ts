import * as z from 'zod/mini';
import { requestOnce } from '../channels/request-once.ts';
import { type Millis, SECOND } from '../domain/time.ts';
import { SLACK_ID } from './place.ts';

/** The browser waits. */
const TIMEOUT: Millis = 8 * SECOND;

const id = z.string().check(z.regex(SLACK_ID));

const answerSchema = z.union([
  z.object({
    ok: z.literal(true),
    access_token: z.string().check(z.minLength(1)),
    token_type: z.literal('bot'),
    scope: z.string(),
    bot_user_id: id,
    authed_user: z.nullish(z.object({ id })),
    team: z.nullish(z.object({ id, name: z.optional(z.string()) })),
    enterprise: z.nullish(z.object({ id })),
    is_enterprise_install: z.optional(z.boolean()),
  }),
  z.object({ ok: z.literal(false), error: z.string().check(z.regex(/^[a-z0-9_]{1,64}$/)) }),
]);

/** What an installation brings, or why there is none: `word` is Slack's own. */
export type Exchanged =
  | {
      readonly kind: 'granted';
      readonly team: string;
      readonly teamName: string;
      readonly enterprise?: string;
      readonly botUser: string;
      readonly installer?: string;
      readonly scopes: string;
      readonly token: string;
    }
  | { readonly kind: 'refused'; readonly word: string }
  | { readonly kind: 'wholeOrganisation' }
  | { readonly kind: 'trouble' };

export interface ExchangeOptions {
  /** `https://slack.com/api/`, or a stand-in's. */
  readonly slackUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** Gives Slack the code of an installation for a token (`oauth.v2.access`). Asked once: a code is good for one exchange. Never rejects. */
export async function exchangeCode(options: ExchangeOptions, code: string): Promise<Exchanged> {
  const basic = Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64');
  let body: unknown;
  try {
    const answer = await requestOnce({
      method: 'POST',
      url: new URL('oauth.v2.access', options.slackUrl.replace(/\/?$/, '/')),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${basic}`,
      },
      body: new URLSearchParams({ code, redirect_uri: options.redirectUri }).toString(),
      timeoutMs: TIMEOUT,
    });
    body = JSON.parse(answer.body);
  } catch {
    return { kind: 'trouble' };
  }
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) return { kind: 'trouble' };
  const { data } = parsed;
  if (!data.ok) return { kind: 'refused', word: data.error };
  if (!data.team || data.is_enterprise_install === true) return { kind: 'wholeOrganisation' };
  return {
    kind: 'granted',
    team: data.team.id,
    teamName: data.team.name ?? '',
    ...(data.enterprise && { enterprise: data.enterprise.id }),
    botUser: data.bot_user_id,
    ...(data.authed_user && { installer: data.authed_user.id }),
    scopes: data.scope,
    token: data.access_token,
  };
}
