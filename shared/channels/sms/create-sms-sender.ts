import { endsIncident } from '../../domain/status.ts';
import { HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../domain/time.ts';
import type { Announcement, ChannelSender, Delivery } from '../channel.ts';
import { oncePer } from '../once.ts';
import { classify } from './classify.ts';
import { renderSms } from './render.ts';
import { toGsm7 } from './transliterate.ts';
import type { TwilioMessages } from './twilio-messages.ts';

export interface SmsSenderOptions {
  readonly messages: TwilioMessages;
  /** Never a single number: the service brings sender pools and keeps the list of who said STOP. */
  readonly messagingServiceSid: string;
  /** Public address of the API, without a trailing slash: Twilio reports there. */
  readonly publicUrl: string;
  /** Of one text at most: the operator pays for each. */
  readonly maxSegments: number;
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
export function createSmsSender({
  messages,
  messagingServiceSid,
  publicUrl,
  maxSegments,
  now,
}: SmsSenderOptions): ChannelSender<'sms'> {
  const textOf = oncePer((announcement: Announcement) => renderSms(announcement, maxSegments));

  return {
    channel: 'sms',
    doubt: 'ask',

    async send(announcement, deliveries) {
      const body = textOf(announcement);
      const validityPeriod = (endsIncident(announcement.update.status) ? VALID_AT_THE_END : VALID) / SECOND;
      return Promise.all(
        deliveries.map(async (delivery) => {
          try {
            const { sid } = await messages.create({
              to: delivery.recipient.address.phone,
              messagingServiceSid,
              body,
              statusCallback: callbackOf(publicUrl, announcement, delivery),
              validityPeriod,
            });
            return { kind: 'sent', providerId: sid };
          } catch (error) {
            return classify(error, now());
          }
        }),
      );
    },

    async ask(announcement, { recipient }, since) {
      const body = comparable(textOf(announcement));
      try {
        const sent = await messages.list({
          to: recipient.address.phone,
          sentAfter: new Date(since - CLOCK_MARGIN),
        });
        // Trial accounts put a sentence of Twilio's in front.
        const found = sent.find((message) => comparable(message.body).endsWith(body));
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

/** A carrier or Twilio may change quotes and spaces: what is left of both after folding must agree. */
function comparable(text: string): string {
  return toGsm7(text);
}
