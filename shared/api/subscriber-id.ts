import { CHANNELS, type Channel } from '../domain/channel.ts';
import type { AddressHash } from '../domain/subscriber.ts';

const INITIALS: Readonly<Record<Channel, string>> = { email: 'e', sms: 's', slack: 'k', webhook: 'w' };

const HASH = /^[0-9a-f]{24}$/;

export interface SubscriberName {
  readonly channel: Channel;
  readonly h: AddressHash;
}

/** The id of a subscriber for the outside: opaque, and the same for one address on every page. */
export function subscriberId({ channel, h }: SubscriberName): string {
  return `${INITIALS[channel]}${h}`;
}

/**
 * Whom an id may name. One, or, for the bare hash that our own form of adding answers with, one on each channel: no two of
 * them exist. Empty: it is no id of ours.
 */
export function readSubscriberId(id: string): readonly SubscriberName[] {
  const [initial, h] = id.length === 24 ? [undefined, id] : [id.slice(0, 1), id.slice(1)];
  if (!HASH.test(h)) return [];
  return CHANNELS.filter((channel) => initial === undefined || INITIALS[channel] === initial).map(
    (channel) => ({ channel, h }),
  );
}
