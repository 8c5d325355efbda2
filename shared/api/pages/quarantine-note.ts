import { html } from 'hono/html';
import { STOPPED, type Subscriber } from '../../domain/subscriber.ts';
import type { Html } from './layout.ts';
import { timeOf } from './part.ts';

/**
 * Why somebody who is reached by email or text is not told any more, and how to come back. They read it by a manage link from before:
 * none is sent to an address that failed. Endpoints have words of their own (`endpointTrouble`).
 */
export function quarantineNote({ channel, state, quarantine, page }: Subscriber): Html | undefined {
  if (state !== 'quarantined' || quarantine === undefined) return undefined;
  if (channel !== 'email' && channel !== 'sms') return undefined;
  const { why, back } = WORDS[wordsFor(quarantine.cause, channel)];
  return html`<div class="note watch"><p><strong>You are not told any more</strong>, since ${timeOf(quarantine.at)}. ${why}</p>
<p>${back}${back === SIGN_UP && html` <a href="/p/${page}/subscribe?channel=${channel}">Sign up</a>`}</p></div>`;
}

const SIGN_UP =
  'Once that is mended, sign up again with the same address or number: the confirmation brings you back.';

const WORDS = {
  stopped: {
    why: 'This number answered STOP, which ends the texts of all our pages.',
    back: 'Text START to the number that our texts came from. Nothing else can bring them back, signing up again neither.',
  },
  complained: {
    why: 'A mail of ours was marked as spam with this address.',
    back: 'Mails to it do not start again by themselves. The operator of the page cannot start them either. You can sign up with another address.',
  },
  mail: { why: 'Mail to this address came back.', back: SIGN_UP },
  text: { why: 'Texts to this number could not be delivered.', back: SIGN_UP },
} as const;

function wordsFor(cause: string, channel: 'email' | 'sms'): keyof typeof WORDS {
  if (cause === STOPPED) return 'stopped';
  if (cause === 'email.complaint') return 'complained';
  return channel === 'email' ? 'mail' : 'text';
}
