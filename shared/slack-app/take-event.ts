import * as z from 'zod/mini';
import type { AddressOf, Subscriber } from '../domain/subscriber.ts';
import { DAY, type Instant, SECOND } from '../domain/time.ts';
import { SLACK_ID } from './place.ts';
import type { Work } from './work.ts';

const id = z.string().check(z.regex(SLACK_ID));

/** What ends a channel for us: `..._left` is our own bot that was removed. */
const ENDS = [
  ...(['channel_archive', 'channel_deleted', 'channel_left'] as const),
  ...(['group_archive', 'group_deleted', 'group_left'] as const),
] as const;
const COMES_BACK = ['channel_unarchive', 'group_unarchive'] as const;

/** Causes of quarantine that an event undoes: found out by an event, or by a send. */
const UNDONE_BY = {
  unarchived: ['slack.channel_archive', 'slack.group_archive', 'slack.is_archived'],
  invited: [
    ...['slack.channel_left', 'slack.group_left', 'slack.member_left_channel'],
    ...['slack.not_in_channel', 'slack.channel_not_found'],
  ],
} as const;

/** What can be so or otherwise of a channel, by events that undo each other: the latest of them counts, in whatever order they come. */
type Aspect = 'archived' | 'left' | 'deleted';

function aspectOf(type: (typeof ENDS)[number] | (typeof COMES_BACK)[number]): Aspect {
  if (type.endsWith('archive')) return 'archived';
  return type.endsWith('left') ? 'left' : 'deleted';
}

const callbackSchema = z.object({
  type: z.literal('event_callback'),
  team_id: id,
  event_id: z.string().check(z.regex(/^\w{1,64}$/)),
  event_time: z.number(),
  /** On whose behalf we are told. */
  authorizations: z.optional(z.array(z.object({ user_id: z.optional(z.string()) }))),
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('app_uninstalled') }),
    z.object({
      type: z.literal('tokens_revoked'),
      tokens: z.object({ bot: z.nullish(z.array(z.string())) }),
    }),
    z.object({ type: z.enum(ENDS), channel: id }),
    z.object({ type: z.enum(COMES_BACK), channel: id }),
    z.object({ type: z.enum(['member_joined_channel', 'member_left_channel']), channel: id, user: id }),
  ]),
});

const challengeSchema = z.object({ type: z.literal('url_verification'), challenge: z.string() });

export type SlackEvent = z.infer<typeof callbackSchema>;

type Known = Pick<Subscriber, 'confirmedAt' | 'quarantine'>;

export interface TakeEventParts {
  readonly marks: {
    set(kind: string, id: string, until: Instant): Promise<boolean>;
    isSet(kind: string, id: string): Promise<boolean>;
    /** False when the mark stands at a later time already. */
    moveOn(kind: string, id: string, at: Instant, until: Instant): Promise<boolean>;
  };
  readonly markBroken: (team: string, cause: string, until: Instant, now: Instant) => Promise<boolean>;
  readonly hash: (address: AddressOf<'slack'>) => string;
  /** The pages that a channel is subscribed to, in whatever state. */
  readonly pagesOf: (h: string) => Promise<readonly string[]>;
  readonly subscribers: {
    get(page: string, channel: 'slack', h: string): Promise<Known | undefined>;
    quarantine(page: string, channel: 'slack', h: string, cause: string, at: Instant): Promise<boolean>;
  };
  /** Uses a quarantined channel again. */
  readonly reactivate: (
    ref: { readonly page: string; readonly channel: 'slack'; readonly h: string },
    at: Instant,
  ) => Promise<boolean>;
  /** Our bot's user in a workspace. */
  readonly botUser: (team: string) => Promise<string | undefined>;
  /** Hands over what calls Slack. */
  readonly later: (work: Work) => Promise<void>;
  readonly now: () => Instant;
}

const SEEN = 'slack-event';
/** Slack repeats an event for an hour or so. */
const REMEMBERED = 2 * DAY;

/** The challenge to be echoed, when this is Slack asking whether the address is ours. */
export function challengeIn(body: unknown): string | undefined {
  const parsed = challengeSchema.safeParse(body);
  return parsed.success ? parsed.data.challenge : undefined;
}

/** An event that concerns us, or undefined. Never throws. */
export function readEvent(body: unknown): SlackEvent | undefined {
  const parsed = callbackSchema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/**
 * Takes an event. Each has its effect once: it is remembered after the effect, and what has an effect looks at the event's own
 * time, so a repetition or a late one undoes nothing that happened since. Rejects when our tables are out of reach: Slack
 * repeats it.
 */
export async function takeEvent(parts: TakeEventParts, callback: SlackEvent): Promise<string> {
  if (await parts.marks.isSet(SEEN, callback.event_id)) return 'repeated';
  const result = await act(parts, callback);
  await parts.marks.set(SEEN, callback.event_id, parts.now() + REMEMBERED);
  return result;
}

async function act(parts: TakeEventParts, callback: SlackEvent): Promise<string> {
  const { team_id: team, event_time, event } = callback;
  // Whole seconds: within the second of an installation nobody can say what came first. Wrongly kept, it is found out at the
  // next send; wrongly broken, nobody would notice.
  const at = event_time * SECOND;
  switch (event.type) {
    case 'app_uninstalled':
      return breakInstallation(parts, team, event.type, at);
    case 'tokens_revoked':
      // Tokens of users are not ours.
      if (!event.tokens.bot?.length) return 'not ours';
      return breakInstallation(parts, team, event.type, at);
    case 'channel_unarchive':
    case 'group_unarchive':
      return revive(parts, addressOf(team, event.channel), 'archived', UNDONE_BY.unarchived, at);
    case 'member_joined_channel':
      if (!(await isOurs(parts, callback, event.user))) return 'not ours';
      return revive(parts, addressOf(team, event.channel), 'left', UNDONE_BY.invited, at);
    case 'member_left_channel':
      if (!(await isOurs(parts, callback, event.user))) return 'not ours';
      return quarantineChannel(parts, addressOf(team, event.channel), 'left', event.type, at);
    default: {
      const aspect = aspectOf(event.type);
      return quarantineChannel(parts, addressOf(team, event.channel), aspect, event.type, at);
    }
  }
}

const addressOf = (team: string, conversation: string): AddressOf<'slack'> => ({
  channel: 'slack',
  team,
  conversation,
});

/** Whether it is our bot that came or went. Slack says so in the event; where it does not, the installation knows. */
async function isOurs(parts: TakeEventParts, callback: SlackEvent, user: string): Promise<boolean> {
  const told = callback.authorizations?.flatMap(({ user_id }) => user_id ?? []) ?? [];
  return told.length > 0 ? told.includes(user) : (await parts.botUser(callback.team_id)) === user;
}

async function breakInstallation(
  parts: TakeEventParts,
  team: string,
  type: string,
  at: Instant,
): Promise<string> {
  const broken = await parts.markBroken(team, `slack.${type}`, at, parts.now());
  return broken ? 'broken' : 'nothing to break';
}

/**
 * Whether something later was heard of that aspect of a channel. Slack repeats what was not answered, so that an archiving may come
 * minutes after the end of it.
 */
async function isLate(
  { marks, now }: TakeEventParts,
  aspect: Aspect,
  h: string,
  at: Instant,
): Promise<boolean> {
  return !(await marks.moveOn(`slack-${aspect}`, h, at, now() + REMEMBERED));
}

/** Stops telling a channel, and lets somebody know. */
async function quarantineChannel(
  parts: TakeEventParts,
  address: AddressOf<'slack'>,
  aspect: Aspect,
  type: string,
  at: Instant,
): Promise<string> {
  const { hash, pagesOf, subscribers, later } = parts;
  const h = hash(address);
  const cause = `slack.${type}`;
  const pages = await pagesOf(h);
  if (pages.length === 0) return 'no subscription';
  if (await isLate(parts, aspect, h, at)) return 'late';
  await Promise.all(
    pages.map(async (page) => {
      const row = await subscribers.get(page, 'slack', h);
      // Subscribed since: the channel is back.
      if (row === undefined || (row.confirmedAt ?? 0) > at + SECOND) return;
      const { team, conversation } = address;
      if (await subscribers.quarantine(page, 'slack', h, cause, at))
        await later({ kind: 'lost', team, conversation, page, cause });
    }),
  );
  return 'quarantined';
}

/** Tells a channel again whose quarantine this event has undone. One that was quarantined later stays so. */
async function revive(
  parts: TakeEventParts,
  address: AddressOf<'slack'>,
  aspect: Aspect,
  causes: readonly string[],
  at: Instant,
): Promise<string> {
  const { hash, pagesOf, subscribers, reactivate, now } = parts;
  const h = hash(address);
  const pages = await pagesOf(h);
  if (pages.length === 0) return 'no subscription';
  if (await isLate(parts, aspect, h, at)) return 'late';
  const revived = await Promise.all(
    pages.map(async (page) => {
      const { quarantine } = (await subscribers.get(page, 'slack', h)) ?? {};
      if (quarantine === undefined || !causes.includes(quarantine.cause)) return false;
      return quarantine.at <= at + SECOND && reactivate({ page, channel: 'slack', h }, now());
    }),
  );
  return revived.includes(true) ? 'revived' : 'nothing to revive';
}
