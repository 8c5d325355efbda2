import type { Channel } from './channel.ts';
import type { AddressHash } from './subscriber.ts';

/**
 * What a message of the confirmation queue asks for:
 * - `confirm`: a mail with a confirmation link (to a webhook's owner, for webhooks)
 * - `code`: a text with six digits
 * - `challenge`: a signed call that the endpoint must echo
 * - `manage`: a manage link, to the address itself
 * - `lift`: the address comes off the provider's list, if it is on it; then as `current`
 * - `current`: the state of every open incident that concerns the new subscriber
 * - `failing`: a mail to a webhook's owner: it has failed for a day
 * - `disabled`: a mail to a webhook's owner: it is not called any more
 * - `test`: a call to a webhook that tells of nothing
 * - `resend`: `update` once more to a webhook whose owner asked for it
 */
export const CONFIRMATION_KINDS = [
  'confirm',
  'code',
  'challenge',
  'manage',
  'lift',
  'current',
  'failing',
  'disabled',
  'test',
  'resend',
] as const;
export type ConfirmationKind = (typeof CONFIRMATION_KINDS)[number];

/** Ids only: whoever answers reads the row and decides. Neither an address nor a secret travels in the queue. */
export interface ConfirmationRequest {
  readonly kind: ConfirmationKind;
  readonly page: string;
  readonly channel: Channel;
  readonly h: AddressHash;
  /** Of `resend`. */
  readonly update?: string;
  /** How often it was put off because a provider surely had not taken it. */
  readonly putOff?: number;
}
