import { createHash } from 'node:crypto';
import type { Channel } from '../domain/channel.ts';
import type { AddressHash } from '../domain/subscriber.ts';

const LENGTH = 22;

/**
 * The id of one update for one subscriber: 22 characters of base64url, 132 bits of SHA-256. Derived, so every attempt
 * and every process finds the same one; it fits SES tags, Twilio callbacks and `webhook-id` alike. `|` is in none of
 * the parts, so no two deliveries share an id by concatenation.
 */
export function deliveryId(page: string, update: string, channel: Channel, h: AddressHash): string {
  return createHash('sha256')
    .update(`${page}|${update}|${channel}|${h}`)
    .digest('base64url')
    .slice(0, LENGTH);
}
