import type { Delivery } from '../channel.ts';

/** About each so many-th text to a number says how to leave. A rule of ours: docs/sms.md. */
const EACH = 5;

/**
 * Whether a text says how to leave: the first one to a number does, and about each fifth. Who signed up themselves had it in the text with
 * their code. Which of the later ones is drawn from the delivery's id: the same in every attempt, spread evenly over numbers and
 * updates, and nothing has to be counted.
 */
export function tellsWayOut({ id, recipient }: Pick<Delivery<'sms'>, 'id' | 'recipient'>): boolean {
  return isFirst(recipient) || Buffer.from(id.slice(0, 4), 'base64url').readUIntBE(0, 3) % EACH === 0;
}

/** Whether nobody has told them yet. */
export function isFirst({ source, toldWayOutAt }: Delivery<'sms'>['recipient']): boolean {
  return source !== 'self' && toldWayOutAt === undefined;
}
