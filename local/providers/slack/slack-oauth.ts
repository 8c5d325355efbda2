import { randomBytes } from 'node:crypto';
import { type Call, json, type Reply } from '../http-endpoint.ts';
import { authorizePage } from './authorize-page.ts';
import { slackError } from './slack-error.ts';

/** What Slack gives an app when it is registered: the app's own name, its password, and the key that signs what Slack sends. */
export interface SlackAppCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly signingSecret: string;
}

export interface OauthParts {
  readonly app: SlackAppCredentials;
  /** Makes the workspace take this token from now on. */
  readonly install: (team: string, token: string, scopes: string) => void;
}

/** The workspace in which somebody presses Allow. */
export const INSTALLING_TEAM = 'T0INSTALL1';

/** Slack takes a code within ten minutes, once (docs.slack.dev, installing with OAuth). */
const CODE_LASTS_MS = 600_000;

export function createSlackApp(): SlackAppCredentials {
  const hex = (bytes: number) => randomBytes(bytes).toString('hex');
  return {
    clientId: '1000000000.2000000000',
    clientSecret: hex(16),
    signingSecret: hex(16),
  };
}

/**
 * Installation of the app: `GET /oauth/v2/authorize`, which asks a person with a browser and lets everybody else in, and
 * `oauth.v2.access`, which changes a code for a bot token, once.
 */
export function createSlackOauth({ app, install }: OauthParts) {
  const codes = new Map<
    string,
    { readonly redirectUri: string; readonly scope: string; readonly at: number }
  >();

  function authorize({ query, headers, path }: Call): Reply {
    const redirectUri = URL.parse(query.get('redirect_uri') ?? '');
    const scope = query.get('scope') ?? '';
    if (query.get('client_id') !== app.clientId) return page('invalid_client_id');
    if (redirectUri === null) return page('bad_redirect_uri');
    if (scope === '') return page('invalid_scope');
    const state = query.get('state') ?? '';
    if (headers.accept?.includes('text/html') && !query.has('allow')) {
      const cancel = new URL(redirectUri);
      cancel.search = new URLSearchParams({ error: 'access_denied', state }).toString();
      return authorizePage(scope.split(','), INSTALLING_TEAM, `${path}?${query}&allow=1`, cancel.href);
    }
    const code = randomBytes(16).toString('hex');
    codes.set(code, { redirectUri: redirectUri.href, scope, at: Date.now() });
    redirectUri.searchParams.set('code', code);
    redirectUri.searchParams.set('state', state);
    return { status: 302, headers: { location: redirectUri.href } };
  }

  function access(call: Call): Reply {
    const form = new URLSearchParams(call.body.toString());
    const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64');
    if (call.headers.authorization !== `Basic ${basic}`) return slackError('bad_client_secret');
    const code = form.get('code') ?? '';
    const issued = codes.get(code);
    codes.delete(code);
    if (issued === undefined || Date.now() - issued.at > CODE_LASTS_MS) return slackError('invalid_code');
    if (URL.parse(form.get('redirect_uri') ?? '')?.href !== issued.redirectUri) {
      return slackError('bad_redirect_uri');
    }
    const token = `xoxb-0000000000-${randomBytes(12).toString('hex')}`;
    install(INSTALLING_TEAM, token, issued.scope);
    return json(200, {
      ok: true,
      app_id: 'A0STANDIN',
      authed_user: { id: 'U0PERSON' },
      scope: issued.scope,
      token_type: 'bot',
      access_token: token,
      bot_user_id: 'U0STANDIN',
      team: { id: INSTALLING_TEAM, name: 'Installing Workspace' },
      enterprise: null,
      is_enterprise_install: false,
    });
  }

  return { authorize, access };
}

/** What Slack shows a person is a page of its own; here one word will do. */
function page(word: string): Reply {
  return { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${word}\n` };
}
