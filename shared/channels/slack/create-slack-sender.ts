import type { Cause } from '../../domain/cause.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { AddressHash, Subscriber } from '../../domain/subscriber.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import type { Announcement, ChannelSender, Delivery } from '../channel.ts';
import { oncePer } from '../once.ts';
import { findDelivery } from './ask.ts';
import { classify } from './classify.ts';
import { renderReply, renderRoot } from './render.ts';
import type { SlackClient } from './slack-client.ts';
import { continueThread, SLOW_START, startThread } from './tell.ts';
import { isNewer, type ThreadRoot, type ThreadRoots } from './thread-roots.ts';
import type { Said, Waits } from './waits.ts';

export interface SlackSenderOptions {
  /**
   * The client of a workspace (team id), or undefined when we have no token of it. Must not retry by itself. Rejects when the
   * tokens are out of reach.
   */
  readonly client: (team: string) => Promise<SlackClient | undefined>;
  /** Called when Slack refuses our installation in a workspace, whatever the channel. Returns whether its token is forgotten. */
  readonly refused?: (team: string, cause: Cause) => Promise<boolean>;
  /** Hands over the news that a channel is not told any more. */
  readonly lost?: (recipient: Subscriber<'slack'>, cause: Cause) => Promise<void>;
  readonly roots: ThreadRoots;
  readonly waits: Waits;
  readonly now: () => Instant;
}

/** A call is given up after 10 s (`web-clients.ts`), so one begun in the first half ends within `callTimeoutMs`, 20 s. */
const LAST_CALL: Millis = 10 * SECOND;

/** How long the channels of a workspace wait that we have no good token of: somebody may be about to install the app again. */
const NO_INSTALLATION: Millis = 15 * MINUTE;

/** What came of a delivery, and what Slack said to its call, if it was called and said anything of the channel or workspace. */
interface Told {
  readonly outcome: Outcome;
  readonly said?: Said;
}

/**
 * Slack through a bot token: one thread per incident and channel. The root always shows how the incident stands; each further
 * update edits it and says its piece in the thread, and the last one is shown in the channel as well.
 *
 * Only one `chat.postMessage` of a delivery is ever accepted: another is made only after Slack has refused the one before. Edits
 * tell nobody and can be repeated. A root that cannot be remembered costs a second root with the next update.
 *
 * A channel or a workspace that Slack throttles waits, and nobody else waits for it. A workspace without a good token pauses: its
 * channels are kept, and what they were to be told is tried again for a day, the newest only. No address is quarantined for it.
 */
export function createSlackSender({
  client: clientOf,
  refused,
  lost,
  roots,
  waits,
  now,
}: SlackSenderOptions): ChannelSender<'slack'> {
  const rootOf = oncePer(renderRoot);
  const replyOf = oncePer(renderReply);
  /** Any workspace will do to learn whether Slack answers: the last one that was told. */
  let known: SlackClient | undefined;

  const rememberFor =
    ({ page, incident }: Announcement, h: AddressHash) =>
    async (root: ThreadRoot, lost?: ThreadRoot): Promise<void> => {
      try {
        await roots.write(page.id, incident.id, h, root, lost);
      } catch {
        // They were told: that the next update begins a new thread is the lesser harm.
      }
    };

  async function tell(
    announcement: Announcement,
    delivery: Delivery<'slack'>,
    thread: ThreadRoot | undefined,
    timeIsLeft: () => boolean,
  ): Promise<Told> {
    const { h, address } = delivery.recipient;
    let client: SlackClient | undefined;
    try {
      client = await clientOf(address.team);
    } catch {
      return { outcome: OUR_TROUBLE };
    }
    if (client === undefined) return { outcome: paused('slack.no_token', NO_INSTALLATION) };
    known = client;
    if (!timeIsLeft()) return { outcome: SLOW_START };
    const telling = {
      client,
      announcement,
      delivery,
      root: rootOf(announcement),
      reply: replyOf(announcement),
      timeIsLeft,
      remember: rememberFor(announcement, h),
    };
    const called = thread === undefined ? startThread(telling) : continueThread(telling, thread);
    return heard(delivery, await called.catch(classify));
  }

  /** What an outcome says of the channel and its workspace. What the whole workspace refuses is no fault of the channel's. */
  async function heard({ recipient }: Delivery<'slack'>, outcome: Outcome): Promise<Told> {
    const place = { team: recipient.address.team, h: recipient.h };
    if (outcome.kind === 'sent') return { outcome, said: { ...place, kind: 'told' } };
    if (outcome.kind === 'backoff' && outcome.scope !== 'sender') {
      const kind = outcome.scope === 'endpoint' ? 'throttled' : 'closed';
      return { outcome, said: { ...place, kind, afterMs: outcome.afterMs } };
    }
    if (outcome.kind !== 'quarantine' || outcome.scope !== 'installation') return { outcome };
    // Unmarked, the next call finds out again.
    const isForgotten = await refused?.(place.team, outcome.cause).catch(() => true);
    const waiting = paused(outcome.cause, NO_INSTALLATION);
    // A forgotten token calls nobody by itself, and a new one is to be used at once.
    if (isForgotten) return { outcome: waiting };
    return { outcome: waiting, said: { ...place, kind: 'closed', afterMs: NO_INSTALLATION } };
  }

  return {
    channel: 'slack',
    doubt: 'ask',

    async send(announcement, deliveries) {
      const begunAt = now();
      const { page, incident } = announcement;
      const places = deliveries.map(({ recipient: { h, address } }) => ({ team: address.team, h }));
      let threads: ReadonlyMap<AddressHash, ThreadRoot>;
      let waiting: Awaited<ReturnType<Waits['read']>>;
      try {
        [threads, waiting] = await Promise.all([
          roots.read(
            page.id,
            incident.id,
            places.map(({ h }) => h),
          ),
          waits.read(places),
        ]);
      } catch {
        return deliveries.map(() => OUR_TROUBLE);
      }
      const timeIsLeft = () => now() - begunAt <= LAST_CALL;
      const told = await Promise.all(
        deliveries.map(async (delivery): Promise<Told> => {
          const { h, address } = delivery.recipient;
          const wait = waiting.of({ team: address.team, h });
          if (wait > 0) return { outcome: paused('slack.waiting', wait) };
          return tell(announcement, delivery, threads.get(h), timeIsLeft);
        }),
      );
      await waiting.note(told.flatMap(({ said }) => (said === undefined ? [] : [said])));
      return told.map(({ outcome }) => outcome);
    },

    async ask(announcement, { id, recipient: { h, address } }, since) {
      const client = await clientOf(address.team);
      if (client === undefined) return { kind: 'notTold' };
      const root = (await roots.read(announcement.page.id, announcement.incident.id, [h])).get(h);
      const answer = await findDelivery(client, address.conversation, root, id, since);
      if (answer.kind !== 'told') return answer;
      const found: ThreadRoot = { ts: answer.providerId };
      const isRoot = answer.threadTs === undefined || answer.threadTs === answer.providerId;
      // A newer update may have begun a thread of its own meanwhile: that one goes on.
      if (isRoot && isNewer(found, root)) await rememberFor(announcement, h)(found, root);
      return { kind: 'told', providerId: answer.providerId };
    },

    async tellOwner(recipient, news, cause) {
      if (news === 'giveUp') await lost?.(recipient, cause);
    },

    async probe() {
      if (known === undefined) return true;
      try {
        await known.auth.test();
        return true;
      } catch (error) {
        // Any answer of Slack's is an answer: that this workspace refuses us says nothing of the others.
        const { kind } = classify(error);
        return kind === 'quarantine' || kind === 'drop' || kind === 'retry';
      }
    },
  };
}

/** Nobody was called: it spends nobody's attempts. */
const OUR_TROUBLE: Outcome = {
  kind: 'backoff',
  cause: 'slack.tables_unreadable',
  scope: 'sender',
  afterMs: SECOND,
};

/** The channel or its workspace waits, and spends no attempts. */
function paused(cause: Cause, afterMs: Millis): Outcome {
  return { kind: 'backoff', cause, scope: 'installation', afterMs };
}
