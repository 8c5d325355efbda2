import type { Channel } from '../domain/channel.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { Key } from './keys.ts';

/** A subscriber as stored. `expiresAt`, of pending rows and in Unix seconds, is for the table's cleaning only: nothing trusts it. */
export type SubscriberItem = Omit<Subscriber, 'page' | 'channel' | 'h'> &
  Key & { readonly expiresAt?: number };

export function toSubscriber(page: string, channel: Channel, item: SubscriberItem): Subscriber {
  const { pk: _pk, sk: h, expiresAt: _expiresAt, ...attributes } = item;
  return { page, channel, h, ...attributes };
}
