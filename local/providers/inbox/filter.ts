import { CHANNELS, type Channel, type Message } from '../messages.ts';
import { isAbout } from './update-key.ts';

/** What the list is narrowed to: the query string of the page, nothing else. */
export interface Filter {
  readonly channel?: Channel;
  /** A key (`updateKey`), or the id alone: then of all status pages. */
  readonly update?: string;
  /** Part of an address, in any case. */
  readonly address?: string;
  /** Counted from 1. */
  readonly page: number;
}

/** Stands for messages that are about no update. No id holds parentheses. */
export const NO_UPDATE = '(none)';

/** Reads a filter. What is not understood is ignored, as one would of a mistyped link. */
export function parseFilter(query: URLSearchParams): Filter {
  const channel = CHANNELS.find((each) => each === query.get('channel'));
  const named = query.get('update') || undefined;
  const update = named === NO_UPDATE ? '' : named;
  const address = query.get('address')?.trim() || undefined;
  const page = Number(query.get('page'));
  return {
    ...(channel !== undefined && { channel }),
    ...(update !== undefined && { update }),
    ...(address !== undefined && { address }),
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** Address of the list with this filter; `change` replaces members, and leads to the first page unless it names one. */
export function filterHref(
  filter: Filter,
  change: { [K in keyof Filter]?: Filter[K] | undefined } = {},
): string {
  const { channel, update, address, page = 1 } = { ...filter, page: 1, ...change };
  const query = new URLSearchParams();
  if (channel !== undefined) query.set('channel', channel);
  if (update !== undefined) query.set('update', update || NO_UPDATE);
  if (address !== undefined) query.set('address', address);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `/_local/inbox?${query}` : '/_local/inbox';
}

/** The messages that the filter lets through, newest first. */
export function filterMessages(messages: readonly Message[], filter: Filter): readonly Message[] {
  const part = filter.address?.toLowerCase();
  return messages
    .filter(
      (message) =>
        (filter.channel === undefined || message.channel === filter.channel) &&
        (filter.update === undefined || isAbout(message, filter.update)) &&
        (part === undefined || message.to.toLowerCase().includes(part)),
    )
    .reverse();
}
