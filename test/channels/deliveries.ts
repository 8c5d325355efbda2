import type { Delivery } from '../../shared/channels/channel.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { AddressOf, Scope } from '../../shared/domain/subscriber.ts';
import { deliveryId } from '../../shared/fanout/delivery-id.ts';

/** A delivery of update `upd-5` to the `n`th subscriber of the page "batch". */
export function delivery<C extends Channel>(
  address: AddressOf<C> & { readonly channel: C },
  { n = 1, attempt = 1, scope = { kind: 'page' } }: { n?: number; attempt?: number; scope?: Scope } = {},
): Delivery<C> {
  const h = n.toString(16).padStart(24, '0');
  return {
    id: deliveryId('batch', 'upd-5', address.channel, h),
    attempt,
    recipient: {
      page: 'batch',
      channel: address.channel,
      h,
      address,
      state: 'active',
      scope,
      createdAt: 0,
      confirmedAt: 0,
    },
  };
}
