import type { Outcome } from '../../domain/outcome.ts';
import { endsIncident } from '../../domain/status.ts';
import { STOPPED, type Subscriber } from '../../domain/subscriber.ts';
import { HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import type { Announcement, ChannelSender, Delivery } from '../channel.ts';
import { oncePer } from '../once.ts';
import { classify } from './classify.ts';
import { linksFor, type ShortLinks } from './link.ts';
import { renderSms } from './render.ts';
import { comparable } from './transliterate.ts';
import type { TwilioMessages } from './twilio-messages.ts';
import { isFirst, tellsWayOut } from './way-out.ts';

export interface SmsSenderOptions {
  readonly messages: TwilioMessages;
  /** Never a single number: the service brings sender pools and keeps the list of who said STOP. */
  readonly messagingServiceSid: string;
  /** Public address of the API, without a trailing slash: Twilio reports there. */
  readonly publicUrl: string;
  /** Of one text at most: the operator pays for each. */
  readonly maxSegments: number;
  /** Absent: the incident's own address. */
  readonly shortLinks?: ShortLinks;
  /** Called when a number has been told for the first time how to leave. */
  readonly noteToldWayOut: (recipient: Subscriber<'sms'>, at: Instant) => Promise<void>;
  /** Called when Twilio says that a number has said STOP: a callback may have been lost. */
  readonly noteStopped: (recipient: Subscriber<'sms'>, at: Instant) => Promise<void>;
  readonly now: () => Instant;
}

/** Twilio lets go of a text that it could not send in this time: an old "Investigating" is worse than nothing. */
const VALID: Millis = 30 * MINUTE;
const VALID_AT_THE_END: Millis = 4 * HOUR;

/** Clocks differ, and Twilio dates a message by its own. */
const CLOCK_MARGIN: Millis = MINUTE;

/**
 * Texts through Twilio, one call each, a window side by side. Twilio has no idempotency key; when in doubt the list of what it
 * sent to the number is searched for the text, which holds the update's state and time.
 */
export function createSmsSender(options: SmsSenderOptions): ChannelSender<'sms'> {
  const { messages, messagingServiceSid, publicUrl, maxSegments, shortLinks, now } = options;

  /** The text of an update with and without the way out: all numbers get one of the two. */
  const textsOf = oncePer(async (announcement: Announcement) => {
    const links = await linksFor(announcement, shortLinks);
    const text = (wayOut: boolean) => renderSms(announcement, { maxSegments, links, wayOut });
    return { plain: text(false), withWayOut: text(true) };
  });

  /** What may have gone out: a sender before this one may have had no short link. */
  async function everyTextOf(announcement: Announcement): Promise<readonly string[]> {
    const links = await linksFor(announcement, undefined);
    const long = [false, true].map((wayOut) => renderSms(announcement, { maxSegments, links, wayOut }));
    const { plain, withWayOut } = await textsOf(announcement);
    return [plain, withWayOut, ...long];
  }

  /** What follows for the number. It is no part of telling: what cannot be noted now shows with the next text. */
  async function note({ recipient }: Delivery<'sms'>, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'sent') {
      if (isFirst(recipient)) await options.noteToldWayOut(recipient, now());
    } else if (outcome.cause === STOPPED) await options.noteStopped(recipient, now());
  }

  return {
    channel: 'sms',
    doubt: 'ask',

    async send(announcement, deliveries) {
      const { plain, withWayOut } = await textsOf(announcement);
      const validityPeriod = (endsIncident(announcement.update.status) ? VALID_AT_THE_END : VALID) / SECOND;
      const call = async (delivery: Delivery<'sms'>): Promise<Outcome> => {
        try {
          const { sid } = await messages.create({
            to: delivery.recipient.address.phone,
            messagingServiceSid,
            body: tellsWayOut(delivery) ? withWayOut : plain,
            statusCallback: callbackOf(publicUrl, announcement, delivery),
            validityPeriod,
          });
          return { kind: 'sent', providerId: sid };
        } catch (error) {
          return classify(error, now());
        }
      };
      return Promise.all(
        deliveries.map(async (delivery) => {
          const outcome = await call(delivery);
          await note(delivery, outcome).catch(() => undefined);
          return outcome;
        }),
      );
    },

    async ask(announcement, { recipient }, since) {
      try {
        const texts = (await everyTextOf(announcement)).map(comparable);
        const sent = await messages.list({
          to: recipient.address.phone,
          sentAfter: new Date(since - CLOCK_MARGIN),
        });
        // Trial accounts put a sentence of Twilio's in front.
        const found = sent.find(({ body }) => texts.some((text) => comparable(body).endsWith(text)));
        return found === undefined ? { kind: 'notTold' } : { kind: 'told', providerId: found.sid };
      } catch {
        return { kind: 'unknown' };
      }
    },

    probe: () => messages.answers(),
  };
}

function callbackOf(publicUrl: string, { page, update }: Announcement, delivery: Delivery<'sms'>): string {
  const query = new URLSearchParams({ page: page.id, update: update.id, delivery: delivery.id });
  return `${publicUrl}/v1/feedback/twilio/status?${query}`;
}
