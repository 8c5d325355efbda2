import type { Outcome } from '../../domain/outcome.ts';
import { isFailing } from '../../domain/strikes.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import type { AcceptedUpdate } from '../../domain/update.ts';
import type { SubscriberLinks } from '../../subscriptions/links.ts';
import type { Announcement, ChannelSender, Delivery } from '../channel.ts';
import { oncePer } from '../once.ts';
import type { NoteAttempt } from './attempt.ts';
import { type CallEndpoint, type CallOptions, callEndpoint } from './call-endpoint.ts';
import type { TakeTurn } from './endpoint-turns.ts';
import type { Announced, WebhookFormat } from './formats/format.ts';
import { formatNamed } from './formats/registry.ts';
import { lanes } from './lanes.ts';

export interface WebhookSenderOptions extends CallOptions {
  readonly links: SubscriberLinks;
  /** What the incident's earlier updates said, oldest first. Asked once per update, and only where a format shows them. */
  readonly readEarlier: (announcement: Announcement) => Promise<readonly AcceptedUpdate[]>;
  /** Keeps what did not succeed at once, for the endpoint's owner. Its failure is nobody's trouble. */
  readonly noteAttempt?: NoteAttempt;
  /** Its calls are asked for, and somebody waits to see what comes of them: keeps also what succeeded at once. */
  readonly isAsked?: true;
  /** Remembers that an endpoint is slow, or is so no more. */
  readonly noteSlow?: (endpoint: Subscriber<'webhook'>, since: Instant | undefined) => Promise<void>;
  /** Asks that the endpoint's owner be told by mail. */
  readonly tellOwner?: (endpoint: Subscriber<'webhook'>, news: 'failing' | 'disabled') => Promise<void>;
  /** Turns at endpoints that keep failing or are slow. Without: everybody calls. */
  readonly takeTurn?: TakeTurn;
}

/** Calls of one process that are on their way to one endpoint. */
const CALLS_PER_ENDPOINT = 2;

/** A window waits no longer than this for any of its endpoints. */
const PATIENCE: Millis = 5 * SECOND;

/** Trouble of ours: surely not sent, and no attempt of theirs is spent. */
const OUR_TROUBLE: Outcome = {
  kind: 'backoff',
  cause: 'webhook.own_trouble',
  scope: 'endpoint',
  afterMs: 30 * SECOND,
};

/** Not called now, and no attempt is spent. */
const later = (reason: string, afterMs: Millis): Outcome => ({
  kind: 'backoff',
  cause: `webhook.${reason}`,
  scope: 'endpoint',
  afterMs,
});

/**
 * An exception row holds what would hold up its window. Not as soon as the chunk is through: an invocation that waits for a slow answer is
 * one less for other updates, so what was published in the same moment comes first.
 */
const AFTER_THE_OTHERS: Millis = 5 * SECOND;

/** About as long as a call of somebody else's takes. */
const A_CALL: Millis = 5 * SECOND;

/**
 * Webhooks: transport, signature and schedule by Standard Webhooks 1.0.0, what is said by the endpoint's format.
 *
 * `webhook-id` is derived from the delivery, so it is the same in every attempt: receivers dedupe, and whatever is in doubt is
 * simply sent again. So a window need not wait long for anybody either: who has not answered within five seconds is called once more
 * when the others have been told, and is from then on called after them, until an answer comes quickly again. An endpoint that is slow or
 * keeps failing gets one call at a time. (Decision 26.)
 */
export function createWebhookSender(options: WebhookSenderOptions): ChannelSender<'webhook'> {
  const { links, now, readEarlier, noteAttempt, isAsked, noteSlow, takeTurn, tellOwner } = options;
  const call = callEndpoint(options);
  const { enter } = lanes(CALLS_PER_ENDPOINT);
  const withHistory = oncePer(async (announcement: Announcement): Promise<Announced | undefined> => {
    try {
      return { ...announcement, earlier: await readEarlier(announcement) };
    } catch {
      return undefined;
    }
  });
  const withoutHistory = oncePer(
    (announcement: Announcement): Announced => ({ ...announcement, earlier: [] }),
  );

  async function tell(announcement: Announcement, delivery: Delivery<'webhook'>): Promise<Outcome> {
    const { recipient, inWindow } = delivery;
    const format = formatNamed(recipient.format);
    if (format === undefined) return { kind: 'drop', cause: 'webhook.unknown_format' };
    if (inWindow && takeTurn !== undefined && isFailing(recipient.strikes))
      return later('failing', AFTER_THE_OTHERS);
    if (inWindow && recipient.slowSince !== undefined) return later('slow', AFTER_THE_OTHERS);
    const announced = format.needsHistory ? await withHistory(announcement) : withoutHistory(announcement);
    if (announced === undefined) return OUR_TROUBLE;
    const failing = isFailing(recipient.strikes);
    if (takeTurn === undefined || !(failing || recipient.slowSince !== undefined)) {
      return attempt(format, announced, delivery);
    }
    const turn = await takeTurn(recipient).catch(() => undefined);
    if (turn === undefined) return OUR_TROUBLE;
    if (turn.kind === 'wait') return later(failing ? 'failing' : 'slow', turn.afterMs);
    const outcome = await attempt(format, announced, delivery);
    await turn.end({ inVain: failing && outcome.kind !== 'sent' }).catch(() => undefined);
    return outcome;
  }

  async function attempt(
    format: WebhookFormat,
    announced: Announced,
    delivery: Delivery<'webhook'>,
  ): Promise<Outcome> {
    const { page, h } = delivery.recipient;
    const leave = enter(`${page}|${h}`);
    if (leave === undefined) return later('busy', A_CALL);
    try {
      return await tellNow(format, announced, delivery);
    } finally {
      leave();
    }
  }

  async function tellNow(
    format: WebhookFormat,
    announced: Announced,
    { id, recipient, attempt, inWindow }: Delivery<'webhook'>,
  ): Promise<Outcome> {
    const { url } = recipient.address;
    const unsubscribe = links.unsubscribe(recipient);
    const said = format.format(announced, { url, delivery: id, unsubscribe });
    const startedAt = now();
    const called = await call({
      endpoint: recipient,
      format,
      call: { ...said, headers: { ...said.headers, 'webhook-unsubscribe': unsubscribe } },
      id: `msg_${id}`,
      attempt,
      ...(inWindow && { deadlineMs: PATIENCE }),
    });
    const durationMs = now() - startedAt;
    const outcome = hurried(called, inWindow);
    await Promise.allSettled([
      remember(recipient, called, durationMs),
      // A call that simply succeeds is written down nowhere: the ledger says so.
      (isAsked || outcome.kind !== 'sent' || attempt > 1) &&
        noteAttempt?.({
          page: recipient.page,
          h: recipient.h,
          at: startedAt,
          update: announced.update.id,
          attempt,
          ...(isAsked && { asked: true }),
          told: outcome.kind === 'sent',
          ...('cause' in outcome && { cause: outcome.cause }),
          durationMs,
          ...called.answered,
        }),
    ]);
    return outcome;
  }

  /** One write when an endpoint becomes slow, and one when it is quick again. */
  async function remember(
    recipient: Subscriber<'webhook'>,
    { silent }: Awaited<ReturnType<CallEndpoint>>,
    durationMs: Millis,
  ): Promise<void> {
    const slow = silent ? durationMs >= PATIENCE * 0.9 : durationMs > PATIENCE;
    const quick = !silent && durationMs < PATIENCE / 2;
    if (slow && recipient.slowSince === undefined) await noteSlow?.(recipient, now());
    if (quick && recipient.slowSince !== undefined) await noteSlow?.(recipient, undefined);
  }

  return {
    channel: 'webhook',
    doubt: 'resend',
    send: (announcement, deliveries) =>
      Promise.all(deliveries.map((delivery) => tell(announcement, delivery))),
    async tellOwner(recipient, news) {
      await tellOwner?.(recipient, news === 'warn' ? 'failing' : 'disabled');
    },
    /** There is no provider: each endpoint stands for itself. */
    probe: async () => true,
  };
}

/** Who was not given the whole time that a receiver has is not held to have failed. */
function hurried(
  { outcome, silent }: Awaited<ReturnType<CallEndpoint>>,
  inWindow: true | undefined,
): Outcome {
  return inWindow && silent ? { kind: 'retry', cause: 'webhook.slow' } : outcome;
}
