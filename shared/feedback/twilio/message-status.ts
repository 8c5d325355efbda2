/**
 * How far a message has come. Reports overtake each other, so a status counts only if it ranks above all that came before. The
 * highest rank is the end: of several ends the first one reported stands. (Source: twilio.com/docs/messaging,
 * `outbound-message-status-in-status-callbacks`.)
 */
const RANK = {
  accepted: 1,
  scheduled: 1,
  queued: 2,
  sending: 3,
  sent: 4,
  delivered: 9,
  undelivered: 9,
  failed: 9,
  canceled: 9,
} as const;

export type MessageStatus = keyof typeof RANK;

export function isMessageStatus(text: string): text is MessageStatus {
  return Object.hasOwn(RANK, text);
}

export function movesUp(from: MessageStatus | undefined, to: MessageStatus): boolean {
  return from === undefined || RANK[to] > RANK[from];
}

/** Nothing moves up from here. */
export function isFinal(status: MessageStatus): boolean {
  return RANK[status] === 9;
}
