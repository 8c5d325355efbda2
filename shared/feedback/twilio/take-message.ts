import type { Address, AddressHash } from '../../domain/subscriber.ts';
import { DAY, type Instant } from '../../domain/time.ts';
import type { MarkStore } from '../../store/marks.ts';
import { wishIn } from './opt-out-words.ts';
import { type StopDependencies, startNumber, stopNumber } from './stop-number.ts';

/** A text that somebody sent to one of our numbers. */
export interface IncomingMessage {
  readonly sid: string;
  readonly phone: string;
  readonly body: string;
  readonly optOutType?: string;
}

export interface TakeMessageDependencies extends StopDependencies {
  readonly marks: Pick<MarkStore, 'set' | 'isSet'>;
  readonly hash: (address: Address) => AddressHash;
}

export type MessageTaken =
  | { readonly kind: 'stop' | 'start'; readonly rows: number }
  /** HELP, and whatever people write to machines. */
  | { readonly kind: 'help' | 'other' | 'repeated' };

/** Signatures hold no time: a message that is played back later must not undo what its sender wanted since. */
const REMEMBERED = 30 * DAY;

/**
 * STOP and START. Nobody is answered: Twilio does that, and two answers would be one too many. Marked as done when it is done, so that a
 * failure on the way is made good by the next try.
 */
export async function takeMessage(
  deps: TakeMessageDependencies,
  { sid, phone, body, optOutType }: IncomingMessage,
  now: Instant,
): Promise<MessageTaken> {
  const wish = wishIn(optOutType, body);
  if (wish === undefined) return { kind: 'other' };
  if (wish === 'help') return { kind: 'help' };
  if (await deps.marks.isSet('twilio-message', sid)) return { kind: 'repeated' };
  const h = deps.hash({ channel: 'sms', phone });
  const rows = await (wish === 'stop' ? stopNumber : startNumber)(deps, h, now);
  await deps.marks.set('twilio-message', sid, now + REMEMBERED);
  return { kind: wish, rows };
}
