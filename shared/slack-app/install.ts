import { ID_PATTERN } from '../domain/id.ts';
import type { Page } from '../domain/page.ts';
import type { Instant } from '../domain/time.ts';
import type { Grant } from '../store/installations.ts';
import type { Exchanged } from './exchange-code.ts';
import type { InstallPage } from './install-page.ts';
import { readState, STATE_LASTS, type StateFault, writeState } from './install-state.ts';

/**
 * Post in channels that the app was invited to, and in public ones without; the command; and being told when a public channel is
 * archived or deleted. Nothing that reads messages. (docs.slack.dev, scopes.)
 */
const SCOPES = ['chat:write', 'chat:write.public', 'commands', 'channels:read'];

export interface InstallParts {
  readonly page: (id: string) => Promise<Page | undefined>;
  readonly save: (grant: Grant, page: string, now: Instant) => Promise<void>;
  readonly marks: { set(kind: string, id: string, until: Instant): Promise<boolean> };
  readonly exchange: (code: string) => Promise<Exchanged>;
  readonly installed: (page: string) => void;
  /** Signs the state. */
  readonly stateKey: string;
  readonly clientId: string;
  readonly publicUrl: string;
  readonly slackUrl: string;
  readonly now: () => Instant;
  /** Unguessable and unique. */
  readonly newId: () => string;
}

export interface Begun {
  readonly redirectTo: string;
  readonly cookie: string;
}

const STATE_USED = 'slack-state';

export function redirectUri(publicUrl: string): string {
  return `${publicUrl}/slack/oauth`;
}

/** Sends somebody to Slack to install the app for a page. Writes nothing, so it can be asked for as often as one likes. */
export async function beginInstall(parts: InstallParts, pageId: string): Promise<Begun | InstallPage> {
  const page = ID_PATTERN.test(pageId) ? await parts.page(pageId) : undefined;
  if (page === undefined) return UNKNOWN_PAGE;
  const cookie = parts.newId();
  const expiresAt = parts.now() + STATE_LASTS;
  const url = new URL('/oauth/v2/authorize', parts.slackUrl);
  url.search = new URLSearchParams({
    client_id: parts.clientId,
    scope: SCOPES.join(','),
    redirect_uri: redirectUri(parts.publicUrl),
    state: writeState(parts.stateKey, { page: page.id, nonce: parts.newId(), expiresAt }, cookie),
  }).toString();
  return { redirectTo: url.href, cookie };
}

export interface Returned {
  readonly state: string;
  readonly cookie: string;
  readonly code?: string;
  /** Slack's word for why there is no code. */
  readonly error?: string;
}

/**
 * Takes the answer that Slack sends somebody back with. The state is used up first, by one conditional write, so that of two
 * requests with the same one only one reaches Slack; only then is the code exchanged and the installation stored.
 */
export async function finishInstall(parts: InstallParts, returned: Returned): Promise<InstallPage> {
  const { stateKey, now } = parts;
  const state = readState(stateKey, returned.state, returned.cookie, now());
  if ('fault' in state) return STATE_FAULTS[state.fault];
  const again = { href: installUrl(parts.publicUrl, state.page), label: 'Start again' };
  if (!(await parts.marks.set(STATE_USED, state.nonce, state.expiresAt))) return { ...USED, link: again };
  if (returned.code === undefined) {
    return returned.error === 'access_denied' ? { ...CANCELLED, link: again } : { ...NO_CODE, link: again };
  }
  const page = await parts.page(state.page);
  if (page === undefined) return UNKNOWN_PAGE;

  const exchanged = await parts.exchange(returned.code);
  switch (exchanged.kind) {
    case 'refused':
      return { ...REFUSED, text: `${REFUSED.text} Slack says: ${exchanged.word}.`, link: again };
    case 'trouble':
      return { ...TROUBLE, link: again };
    case 'wholeOrganisation':
      return { ...WHOLE_ORGANISATION, link: again };
    case 'granted': {
      const { kind: _kind, ...grant } = exchanged;
      await parts.save(grant, page.id, now());
      parts.installed(page.id);
      return {
        status: 200,
        title: 'Added to Slack',
        text: `In the channel that should hear of ${page.name}, type /status subscribe. In a private channel, invite the app first.`,
        link: { href: page.url, label: `Back to ${page.name}` },
      };
    }
  }
}

export function installUrl(publicUrl: string, page: string): string {
  return `${publicUrl}/slack/install?page=${encodeURIComponent(page)}`;
}

const UNKNOWN_PAGE: InstallPage = {
  status: 404,
  title: 'There is no such status page',
  text: 'Nothing was installed. Open the status page and choose “Add to Slack” there.',
};

const STATE_FAULTS: Readonly<Record<StateFault, InstallPage>> = {
  forged: {
    status: 400,
    title: 'This link does not work',
    text: 'Nothing was installed. Open the status page and choose “Add to Slack” there.',
  },
  foreign: {
    status: 400,
    title: 'This link belongs to another browser',
    text: 'Nothing was installed. The app has to be installed in the browser in which “Add to Slack” was chosen, with cookies on, and in one window at a time.',
  },
  expired: {
    status: 400,
    title: 'That took too long',
    text: 'Nothing was installed: there are ten minutes to answer Slack. Open the status page and choose “Add to Slack” again.',
  },
};

const USED: InstallPage = {
  status: 400,
  title: 'This link was used before',
  text: 'It works once. If the app was added a moment ago, all is well; otherwise start again.',
};

const CANCELLED: InstallPage = {
  status: 400,
  title: 'The app was not added',
  text: 'You cancelled in Slack. Nothing was installed.',
};

const NO_CODE: InstallPage = {
  status: 400,
  title: 'Slack did not add the app',
  text: 'Slack sent no permission. Nothing was installed.',
};

const REFUSED: InstallPage = {
  status: 400,
  title: 'Slack did not accept the permission',
  text: 'Nothing was installed.',
};

const TROUBLE: InstallPage = {
  status: 502,
  title: 'Slack did not answer',
  text: 'Nothing was installed. Please start again in a minute.',
};

const WHOLE_ORGANISATION: InstallPage = {
  status: 400,
  title: 'Choose one workspace',
  text: 'The app is installed into single workspaces, not into a whole organisation. Nothing was installed.',
};
