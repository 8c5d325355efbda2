import type { Cause, Outcome } from '../../domain/outcome.ts';
import type { AddressHash } from '../../domain/subscriber.ts';
import { type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import type { Announcement, ChannelSender } from '../channel.ts';
import { oncePer } from '../once.ts';
import { findDelivery } from './ask.ts';
import { classify } from './classify.ts';
import { renderReply, renderRoot } from './render.ts';
import type { SlackClient } from './slack-client.ts';
import { continueThread, startThread } from './tell.ts';
import type { ThreadRoot, ThreadRoots } from './thread-roots.ts';

export interface SlackSenderOptions {
  /**
   * The client of a workspace (team id), or undefined when we have no token of it. Must not retry by itself. Rejects when the
   * tokens are out of reach.
   */
  readonly client: (team: string) => Promise<SlackClient | undefined>;
  /** Called when Slack refuses our installation in a workspace, whatever the channel. */
  readonly refused?: (team: string, cause: Cause) => Promise<void>;
  readonly roots: ThreadRoots;
  readonly now: () => Instant;
}

/** A call is given up after 10 s (`web-clients.ts`), so one begun in the first half ends within `callTimeoutMs`, 20 s. */
const LAST_CALL: Millis = 10 * SECOND;

/** How long the channels of a workspace wait that we have no good token of: somebody may be about to install the app again. */
const NO_INSTALLATION: Millis = 15 * MINUTE;

/**
 * Slack through a bot token: one thread per incident and channel. The root always shows how the incident stands; each further
 * update edits it and says its piece in the thread, and the last one is shown in the channel as well.
 *
 * Only one `chat.postMessage` of a delivery is ever accepted: another is made only after Slack has refused the one before. Edits
 * tell nobody and can be repeated. A root that cannot be remembered costs a second root with the next update.
 *
 * A workspace without a good token pauses: its channels are kept, nobody else waits for them, and what they were to be told is
 * tried again for a day, the newest only. No address is quarantined for it.
 */
export function createSlackSender({
  client: clientOf,
  refused,
  roots,
  now,
}: SlackSenderOptions): ChannelSender<'slack'> {
  const rootOf = oncePer(renderRoot);
  const replyOf = oncePer(renderReply);
  /** Any workspace will do to learn whether Slack answers: the last one that was told. */
  let known: SlackClient | undefined;

  /** What the whole workspace refuses is no fault of the channel's. */
  async function unlessInstallation(team: string, outcome: Outcome): Promise<Outcome> {
    if (outcome.kind !== 'quarantine' || outcome.scope !== 'installation') return outcome;
    // Unmarked, the next call finds out again.
    await refused?.(team, outcome.cause).catch(() => {});
    return paused(outcome.cause);
  }

  const rememberFor =
    ({ page, incident }: Announcement, h: AddressHash) =>
    async (root: ThreadRoot, lost?: ThreadRoot): Promise<void> => {
      try {
        await roots.write(page.id, incident.id, h, root, lost);
      } catch {
        // They were told: that the next update begins a new thread is the lesser harm.
      }
    };

  return {
    channel: 'slack',
    doubt: 'ask',

    async send(announcement, deliveries) {
      const begunAt = now();
      const { page, incident } = announcement;
      const hs = deliveries.map(({ recipient }) => recipient.h);
      let threads: ReadonlyMap<AddressHash, ThreadRoot>;
      try {
        threads = await roots.read(page.id, incident.id, hs);
      } catch {
        return deliveries.map(() => OUR_TROUBLE);
      }
      return Promise.all(
        deliveries.map(async (delivery): Promise<Outcome> => {
          const { h, address } = delivery.recipient;
          let client: SlackClient | undefined;
          try {
            client = await clientOf(address.team);
          } catch {
            return OUR_TROUBLE;
          }
          if (client === undefined) return paused('slack.no_token');
          known = client;
          const telling = {
            client,
            announcement,
            delivery,
            root: rootOf(announcement),
            reply: replyOf(announcement),
            timeIsLeft: () => now() - begunAt <= LAST_CALL,
            remember: rememberFor(announcement, h),
          };
          const thread = threads.get(h);
          try {
            const outcome = await (thread === undefined
              ? startThread(telling)
              : continueThread(telling, thread));
            return await unlessInstallation(address.team, outcome);
          } catch (error) {
            return unlessInstallation(address.team, classify(error));
          }
        }),
      );
    },

    async ask(announcement, { id, recipient: { h, address } }, since) {
      const client = await clientOf(address.team);
      if (client === undefined) return { kind: 'notTold' };
      const root = (await roots.read(announcement.page.id, announcement.incident.id, [h])).get(h);
      const answer = await findDelivery(client, address.conversation, root, id, since);
      if (answer.kind !== 'told') return answer;
      const isRoot = answer.threadTs === undefined || answer.threadTs === answer.providerId;
      if (isRoot) await rememberFor(announcement, h)({ ts: answer.providerId }, root);
      return { kind: 'told', providerId: answer.providerId };
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

/** The workspace waits, and spends no attempts. */
function paused(cause: Cause): Outcome {
  return { kind: 'backoff', cause, scope: 'installation', afterMs: NO_INSTALLATION };
}
