import type { Address, Subscriber } from '../domain/subscriber.ts';
import { contactOf } from './list-contact.ts';

/** A text to be found in addresses. Slack conversations have none that a person would type. */
export interface Search {
  readonly text: string;
  /** The text as a whole address, if it is one. */
  readonly address?: Address;
}

/** How well a row matches: 0 is the whole address, 1 its beginning, 2 any part; undefined is not at all. */
export function rankOf({ address }: Pick<Subscriber, 'address'>, { text }: Search): 0 | 1 | 2 | undefined {
  if (address.channel === 'slack') return undefined;
  const contact = contactOf(address).toLowerCase();
  const wanted = address.channel === 'sms' ? asDialled(text) : text.trim().toLowerCase();
  const place = wanted === '' ? -1 : contact.indexOf(wanted);
  if (place < 0) return undefined;
  if (place > 0) return 2;
  return contact.length === wanted.length ? 0 : 1;
}

export function isFound(row: Pick<Subscriber, 'address'>, search: Search): boolean {
  return rankOf(row, search) !== undefined;
}

/** Numbers are stored without the spaces, dots, hyphens and brackets that people write. */
function asDialled(text: string): string {
  return text.replace(/[\s().-]/g, '').toLowerCase();
}
