import type { Channel } from '../../domain/channel.ts';
import type { Page } from '../../domain/page.ts';
import type { Errand } from '../../subscriptions/messengers.ts';
import { endpointCause } from '../text/endpoint-cause.ts';
import { type Letter, letterheadOf } from './letter.ts';

/** What follows in each channel, in the words of a sentence. */
const WAYS: Readonly<Record<Channel, string>> = {
  email: 'by email to this address',
  sms: 'by text message',
  slack: 'in Slack',
  webhook: 'by webhook, to an endpoint that you look after',
};

/** The words of each mail about a subscription. */
export function errandLetter(page: Page, errand: Exclude<Errand, { kind: 'code' }>): Letter {
  const name = letterheadOf(page);
  const { url, channel } = errand;
  switch (errand.kind) {
    case 'confirm':
      return {
        heading: 'Please confirm your subscription',
        paragraphs: [
          `Somebody, probably you, asked that updates of ${name} be sent ${WAYS[channel]}.`,
          'Nothing is sent until you confirm. The link is good for seven days and works once.',
        ],
        button: { label: 'Confirm the subscription', url },
        otherwise: 'It was not you? Then do nothing: you will hear no more of it.',
      };
    case 'already':
      return {
        heading: 'You are subscribed already',
        paragraphs: [
          `Somebody, probably you, signed up again for updates of ${name} ${WAYS[channel]}. Nothing has changed.`,
          'To change what you hear of, use this link. It is good for a day.',
        ],
        button: { label: 'Change your subscription', url },
        otherwise: 'It was not you? Then do nothing: your subscription stays as it is.',
      };
    case 'manage':
      return {
        heading: 'Your link to change your subscription',
        paragraphs: [
          `Here you change what you hear of ${name}, pause, or leave. The link is good for a day.`,
        ],
        button: { label: 'Change your subscription', url },
        otherwise: 'Keep this mail to yourself: the link opens your settings without a password.',
      };
    case 'endpointActive':
      return {
        heading: 'Your webhook is active',
        paragraphs: [
          `Your endpoint has answered the challenge and gets the updates of ${name} from now on.`,
          'Behind the link you see the secret that signs its calls, once, and change what it gets. The link is good for a day.',
        ],
        button: { label: 'See the signing secret', url },
        otherwise: 'You know of no such endpoint? The link lets you end the calls.',
      };
    case 'endpointFailing':
      return {
        heading: 'Your webhook has been failing for a day',
        paragraphs: [
          `Updates of ${name} do not reach your endpoint. ${endpointCause(errand.cause)}.`,
          'We go on trying. After five days of nothing but failures the endpoint is not called any more, and we write once again.',
        ],
        button: { label: 'See what failed', url },
        otherwise: 'The link is good for a day. It shows every failed call and lets you send a test.',
      };
    case 'endpointDisabled':
      return {
        heading: 'Your webhook is not called any more',
        paragraphs: [
          `Your endpoint gets no more updates of ${name}. ${endpointCause(errand.cause)}.`,
          'Behind the link you have it called again, and what it missed sent once more. The link is good for a day; sign up again for a new one.',
        ],
        button: { label: 'Have it called again', url },
        otherwise: 'You do not need it any more? Then do nothing.',
      };
  }
}
