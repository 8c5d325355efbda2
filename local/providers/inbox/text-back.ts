import type { SmsMessage } from '../messages.ts';
import type { IncomingMessages } from '../sms/incoming-messages.ts';
import { type Html, html } from './html.ts';

const WORDS = ['STOP', 'START', 'HELP'];

/** Where one answers a text, as its reader would. A text that names no address of the app's has nobody to answer to. */
export function textBackForm(message: SmsMessage, incoming: IncomingMessages): Html | undefined {
  if (message.statusCallback === undefined) return undefined;
  return html`<form class="type" method="post" action="/_local/inbox/${message.n}">
<label><span>Text back</span> <input name="body" list="words" autocomplete="off" placeholder="STOP" required></label>
<datalist id="words">${WORDS.map((word) => html`<option value="${word}">`)}</datalist>
<button>Send</button>${incoming.hasStopped(message.to) && html` <span class="mark">this number has said STOP</span>`}</form>`;
}

/** Sends what was typed from the number of the text to the app, and leads back to the text. Only the page itself may ask. */
export async function actOnText(
  message: SmsMessage | undefined,
  incoming: IncomingMessages,
  request: Request,
): Promise<Response> {
  if (request.headers.get('sec-fetch-site') !== 'same-origin') return new Response(null, { status: 403 });
  const body = new URLSearchParams(await request.text()).get('body') ?? '';
  if (message?.statusCallback === undefined) return new Response(null, { status: 404 });
  // Signatures hold the address: the app's own name for itself, whatever name the browser has for it.
  const url = new URL('/v1/feedback/twilio/message', message.statusCallback).href;
  const { status } = await incoming.take({ from: message.to, body, url });
  if (status !== 200) throw new Error(`Expected the app to take it, got ${status}`);
  return new Response(null, { status: 303, headers: { location: `/_local/inbox/${message.n}` } });
}
