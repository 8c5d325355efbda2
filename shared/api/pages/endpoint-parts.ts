import { html } from 'hono/html';
import { endpointCause } from '../../channels/text/endpoint-cause.ts';
import { aboutFormat } from '../../channels/webhook/formats/catalogue.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { Instant } from '../../domain/time.ts';
import type { StoredAttempt } from '../../store/attempts.ts';
import type { Html } from './layout.ts';
import { part, timeOf } from './part.ts';

/** What the manage page of an endpoint knows besides its row. */
export interface EndpointView {
  /** Of late, newest first. */
  readonly attempts: readonly StoredAttempt[];
  /** What verifies `v1a`, for who has switched it on. */
  readonly publicKey: string;
  readonly now: Instant;
}

/** How an endpoint stands, and all that its owner may do about it. */
export function endpointParts(
  action: string,
  subscriber: Subscriber,
  view: EndpointView,
  secretIsShown: boolean,
): Html {
  const isCalled = subscriber.state === 'active';
  return html`${isCalled && !secretIsShown && secretPart(action, subscriber, view.now)}
${isCalled && keyPairPart(action, subscriber, view.publicKey)}
${part(action, 'test', 'Send a test', 'Does it work?', 'A signed call that tells of nothing. What came of it stands in the log below.', 'quiet')}
${isCalled && part(action, 'recover', 'Send what it missed', 'Missed something?', 'Every update of the last fourteen days that did not reach it, oldest first.', 'quiet')}
${attemptsPart(action, isCalled, view.attempts)}`;
}

/** Above everything else: it is not called, and why; or it is about to come to that. */
export function endpointTrouble(
  action: string,
  { state, quarantine, strikes }: Subscriber,
): Html | undefined {
  if (state === 'quarantined' && quarantine !== undefined) {
    return html`<div class="note watch"><p><strong>This endpoint is not called any more</strong>, since ${timeOf(quarantine.at)}.
${endpointCause(quarantine.cause)}.</p>
<form method="post" action="${action}"><input type="hidden" name="do" value="revive"><button>Call it again</button></form></div>`;
  }
  if (strikes === undefined) return undefined;
  return html`<div class="note watch"><p><strong>Calls have failed since ${timeOf(strikes.since)}</strong>, ${strikes.failures} in a row.
${endpointCause(strikes.cause)}. After five days and three updates in vain it is not called any more.</p></div>`;
}

function secretPart(action: string, subscriber: Subscriber, now: Instant): Html | undefined {
  const { secretShownAt, retiringSecret, format } = subscriber;
  // Chats check no signature.
  if (aboutFormat(format)?.chat !== undefined) return undefined;
  if (secretShownAt === undefined) {
    return part(
      action,
      'secret',
      'Show the secret',
      'Signing secret',
      'It is shown once. Have a safe place ready.',
      'quiet',
    );
  }
  if (retiringSecret !== undefined && retiringSecret.until > now) {
    return html`<section class="part"><h2>Signing secret</h2><p>There is a new one since ${timeOf(secretShownAt)}. The old one signs beside it
until ${timeOf(retiringSecret.until)}, and stops by itself. After that you can replace it again.</p></section>`;
  }
  return part(
    action,
    'rotate',
    'Replace it',
    'Signing secret',
    html`It was shown on ${timeOf(secretShownAt)}. A new one is shown once; the old one signs beside it for a day, so that no call is lost.`,
    'quiet',
  );
}

function keyPairPart(
  action: string,
  { signsByKeyPair, format }: Subscriber,
  publicKey: string,
): Html | undefined {
  if (aboutFormat(format)?.chat !== undefined) return undefined;
  if (signsByKeyPair !== true) {
    const text =
      'Each call then also carries a v1a signature (Ed25519), which a public key verifies: nothing to keep secret at your end.';
    return part(action, 'signByKeyPair', 'Sign by key pair too', 'Public key', text, 'quiet');
  }
  const text = html`Calls carry a v1a signature too. This verifies it: <code class="secret">${publicKey}</code>`;
  return part(action, 'signBySecret', 'By secret only', 'Public key', text, 'quiet');
}

function attemptsPart(action: string, isCalled: boolean, attempts: readonly StoredAttempt[]): Html {
  // One button for each update, on its newest call.
  const offered = new Set(['ping']);
  const lines = attempts.map((attempt) => {
    const isOffered = isCalled && !offered.has(attempt.update);
    offered.add(attempt.update);
    return line(action, isOffered, attempt);
  });
  return html`<section class="part"><h2>Calls of late</h2>
<p>Those that did not succeed at once, and those that you asked for. Kept for fourteen days.${attempts.length === 0 && ' There are none.'}</p>
${lines.length > 0 && html`<ol class="calls">${lines}</ol>`}</section>`;
}

function line(action: string, isOffered: boolean, attempt: StoredAttempt): Html {
  const { at, update, attempt: n, asked, told, status, cause, durationMs, excerpt } = attempt;
  const about = update === 'ping' ? 'test' : `update ${update}, ${asked ? 'on request' : `attempt ${n}`}`;
  const said = told
    ? `Taken${status === undefined ? '' : ` with status ${status}`}`
    : endpointCause(cause ?? 'webhook.network');
  return html`<li><div><strong>${said}</strong><span class="hint">${timeOf(at)}, ${about}, ${durationMs} ms</span>
${excerpt !== undefined && html`<details><summary>What it answered</summary><code class="secret">${excerpt}</code></details>`}</div>
${
  isOffered &&
  html`<form method="post" action="${action}"><input type="hidden" name="do" value="resend"><input type="hidden" name="update" value="${update}"><button class="quiet">Send again<span class="away"> update ${update}</span></button></form>`
}</li>`;
}
