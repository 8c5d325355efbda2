import type { Outcome } from '../../domain/outcome.ts';
import type { Page } from '../../domain/page.ts';
import { type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import type { Errand } from '../../subscriptions/messengers.ts';
import { cleanLine } from '../text/clean.ts';
import { shorten } from '../text/shorten.ts';
import { classify } from './classify.ts';
import { toGsm7 } from './transliterate.ts';
import type { TwilioMessages } from './twilio-messages.ts';

export interface TexterOptions {
  readonly messages: TwilioMessages;
  readonly messagingServiceSid: string;
  /** Twilio reports there. */
  readonly statusCallback: string;
  readonly now: () => Instant;
}

/** A code that comes after its time is noise. */
const VALID_SECONDS = (10 * MINUTE) / SECOND;

/** Texts about subscriptions. Names the sender and the way out, as carriers ask of the first text. */
export function createTexter({ messages, messagingServiceSid, statusCallback, now }: TexterOptions) {
  return async (phone: string, page: Page, errand: Errand): Promise<Outcome> => {
    try {
      const { sid } = await messages.create({
        to: phone,
        messagingServiceSid,
        body: renderErrand(page, errand),
        statusCallback,
        validityPeriod: VALID_SECONDS,
      });
      return { kind: 'sent', providerId: sid };
    } catch (error) {
      return classify(error, now());
    }
  };
}

/** One segment for a code; two for a link. */
export function renderErrand(page: Page, errand: Errand): string {
  const brand = toGsm7(shorten(cleanLine(page.name), 30, '.')) || 'Status';
  switch (errand.kind) {
    case 'code':
      return `${brand}: ${errand.code} confirms your status updates. Good for 10 minutes; share it with nobody. Reply STOP to end`;
    case 'already':
      return `${brand}: you get status updates already. Change them: ${errand.url} Reply STOP to end`;
    case 'confirm':
    case 'manage':
    case 'endpointActive':
    case 'endpointFailing':
    case 'endpointDisabled':
      return `${brand}: your status updates, for a day: ${errand.url} Reply STOP to end`;
  }
}
