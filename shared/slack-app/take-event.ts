import * as z from 'zod/mini';
import type { AddressOf } from '../domain/subscriber.ts';
import { DAY, type Instant, SECOND } from '../domain/time.ts';
import { SLACK_ID } from './place.ts';

const id = z.string().check(z.regex(SLACK_ID));

const callbackSchema = z.object({
  type: z.literal('event_callback'),
  team_id: id,
  event_id: z.string().check(z.regex(/^\w{1,64}$/)),
  event_time: z.number(),
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('app_uninstalled') }),
    z.object({
      type: z.literal('tokens_revoked'),
      tokens: z.object({ bot: z.nullish(z.array(z.string())) }),
    }),
    z.object({
      type: z.enum(['channel_archive', 'channel_deleted', 'group_archive', 'group_deleted']),
      channel: id,
    }),
  ]),
});

const challengeSchema = z.object({ type: z.literal('url_verification'), challenge: z.string() });

export type SlackEvent = z.infer<typeof callbackSchema>;

export interface TakeEventParts {
  readonly marks: {
    set(kind: string, id: string, until: Instant): Promise<boolean>;
    isSet(kind: string, id: string): Promise<boolean>;
  };
  readonly markBroken: (team: string, cause: string, until: Instant, now: Instant) => Promise<boolean>;
  readonly hash: (address: AddressOf<'slack'>) => string;
  /** The pages that a channel is subscribed to, in whatever state. */
  readonly pagesOf: (h: string) => Promise<readonly string[]>;
  readonly subscribers: {
    get(page: string, channel: 'slack', h: string): Promise<{ readonly confirmedAt?: Instant } | undefined>;
    quarantine(page: string, channel: 'slack', h: string, cause: string, at: Instant): Promise<void>;
  };
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

async function act(parts: TakeEventParts, { team_id: team, event_time, event }: SlackEvent): Promise<string> {
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
    default:
      return quarantineChannel(
        parts,
        { channel: 'slack', team, conversation: event.channel },
        event.type,
        at,
      );
  }
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

async function quarantineChannel(
  { hash, pagesOf, subscribers, now }: TakeEventParts,
  address: AddressOf<'slack'>,
  type: string,
  at: Instant,
): Promise<string> {
  const h = hash(address);
  const pages = await pagesOf(h);
  await Promise.all(
    pages.map(async (page) => {
      const row = await subscribers.get(page, 'slack', h);
      // Subscribed since: the channel is back.
      if (row === undefined || (row.confirmedAt ?? 0) > at + SECOND) return;
      await subscribers.quarantine(page, 'slack', h, `slack.${type}`, now());
    }),
  );
  return pages.length === 0 ? 'no subscription' : 'quarantined';
}
