import type { Address } from '../domain/subscriber.ts';

/** The one text that reaches a subscriber. Empty once it was erased. */
export function contactOf(address: Address): string {
  switch (address.channel) {
    case 'email':
      return address.email;
    case 'sms':
      return address.phone;
    case 'slack':
      return address.conversation === '' ? '' : `${address.team}/${address.conversation}`;
    case 'webhook':
      return address.url;
  }
}
