import type { SlackClient } from '../channels/slack/slack-client.ts';
import type { Incident } from '../domain/incident.ts';
import type { Page } from '../domain/page.ts';
import type { Scope } from '../domain/subscriber.ts';
import { type ChannelSubscriptions, union } from './channel-subscriptions.ts';
import { concerns } from './concerns.ts';
import type { Reply } from './messages.ts';
import * as say from './messages.ts';
import { type PagesOfTeamParts, pagesOfTeam } from './pages-of-team.ts';
import { picker } from './picker.ts';
import { tryPost } from './try-post.ts';
import type { Work } from './work.ts';

export interface DoWorkParts {
  readonly teams: PagesOfTeamParts;
  readonly subscriptions: Pick<ChannelSubscriptions, 'active' | 'subscribe' | 'unsubscribe'>;
  readonly client: (team: string) => Promise<SlackClient | undefined>;
  /** Slack refuses our installation in this workspace. */
  readonly refused: (team: string, cause: string) => Promise<unknown>;
  readonly openIncidents: (page: string) => Promise<readonly Incident[]>;
  /** Who installed the app in a workspace, as far as we know. */
  readonly installerOf: (team: string) => Promise<string | undefined>;
}

/** What came of the work, for the log, and what to answer whoever asked for it. */
export interface WorkDone {
  readonly result: string;
  readonly reply?: Reply;
}

type Subscribing = Extract<Work, { kind: 'subscribe' }>;
type Lost = Extract<Work, { kind: 'lost' }>;

/** Does what a command or a click asked for. The workspace's right to the page is looked at again: clicks name their page. */
export async function doWork(parts: DoWorkParts, work: Work): Promise<WorkDone> {
  const found = await pagesOfTeam(parts.teams, work.team, work.page);
  if (found.kind !== 'pages') return { result: found.kind, reply: say.noPages(found.kind) };
  const [page] = found.pages;
  if (page === undefined) return { result: 'gone', reply: say.GONE_PAGE };
  switch (work.kind) {
    case 'lost':
      return tellInstaller(parts, work, page);
    case 'pick': {
      const active = await parts.subscriptions.active(page.id, work);
      return { result: 'picker', reply: picker(page, active?.scope) };
    }
    case 'unsubscribe': {
      const ended = await parts.subscriptions.unsubscribe(page.id, work);
      return ended
        ? { result: 'unsubscribed', reply: say.unsubscribed(page) }
        : { result: 'notSubscribed', reply: say.notSubscribed(page) };
    }
    case 'subscribe':
      return subscribe(parts, work, page);
  }
}

async function subscribe(parts: DoWorkParts, work: Subscribing, page: Page): Promise<WorkDone> {
  const choose = (now: Scope | undefined): Scope =>
    now === undefined || work.how === 'set' ? work.scope : union(now, work.scope);
  // A channel that is told already needs no proof that it can be.
  if ((await parts.subscriptions.active(page.id, work)) === undefined) {
    const refusal = await introduce(parts, work, page);
    if (refusal !== undefined) return refusal;
  }
  const scope = await parts.subscriptions.subscribe(page.id, work, choose);
  return { result: 'subscribed', reply: say.subscribed(page, scope) };
}

/** The harmless post that shows that we may post; in the middle of an incident it says how things stand. */
async function introduce(parts: DoWorkParts, work: Subscribing, page: Page): Promise<WorkDone | undefined> {
  const client = await parts.client(work.team);
  if (client === undefined) return { result: 'notInstalled', reply: say.NOT_INSTALLED };
  const open = (await parts.openIncidents(page.id)).filter((incident) => concerns(incident, work.scope));
  const posted = await tryPost(client, work.conversation, say.welcome(page, work.scope, open));
  switch (posted.kind) {
    case 'posted':
      return undefined;
    case 'noAccess':
      return { result: posted.cause, reply: say.NO_ACCESS };
    case 'trouble':
      return { result: posted.cause, reply: say.SLACK_TROUBLE };
    case 'refused':
      await parts.refused(work.team, posted.cause);
      return { result: posted.cause, reply: say.NOT_INSTALLED };
  }
}

/** Says by direct message that a channel is not told any more. Where nobody is known to tell, the log says so. */
async function tellInstaller(parts: DoWorkParts, work: Lost, page: Page): Promise<WorkDone> {
  const [client, installer] = await Promise.all([parts.client(work.team), parts.installerOf(work.team)]);
  if (client === undefined || installer === undefined) return { result: 'nobodyToTell' };
  // An active subscription: it came back while the news was on its way.
  if ((await parts.subscriptions.active(page.id, work)) !== undefined) return { result: 'backAlready' };
  const posted = await tryPost(client, installer, say.lost(page, work.conversation, work.cause));
  return { result: posted.kind === 'posted' ? 'toldInstaller' : posted.cause };
}
