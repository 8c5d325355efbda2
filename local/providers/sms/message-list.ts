import { type KeptSms, messageResource } from './message-resource.ts';
import { TwilioRefusal } from './twilio-error.ts';

const PARAMETERS = new Set(['To', 'DateSent', 'DateSent<', 'DateSent>', 'PageSize', 'Page', 'PageToken']);
const MAX_PAGE_SIZE = 1_000;

interface Owner {
  readonly accountSid: string;
  readonly messagingServiceSid: string;
}

/**
 * messages.list: newest first, with Twilio's paging members. The client spells the bounds `DateSent>` and
 * `DateSent<` (both inclusive); a message that no carrier has taken yet is placed by when it was accepted.
 */
export function listMessages(query: URLSearchParams, all: readonly KeptSms[], owner: Owner): object {
  for (const name of query.keys()) {
    if (!PARAMETERS.has(name))
      throw new TwilioRefusal(20001, `the stand-in does not model the parameter ${name}`);
  }
  const page = number(query.get('Page'), 0);
  const size = Math.min(number(query.get('PageSize'), 50), MAX_PAGE_SIZE);
  const found = all.filter((message) => isWithin(message, query)).reverse();
  const path = `/2010-04-01/Accounts/${owner.accountSid}/Messages.json`;
  function at(place: number): string {
    const parameters = new URLSearchParams(query);
    parameters.set('PageSize', String(size));
    parameters.set('Page', String(place));
    return `${path}?${parameters}`;
  }
  const start = page * size;
  const shown = found.slice(start, start + size);
  return {
    messages: shown.map((message) => messageResource(message, owner.accountSid, owner.messagingServiceSid)),
    first_page_uri: at(0),
    next_page_uri: start + size < found.length ? at(page + 1) : null,
    previous_page_uri: page > 0 ? at(page - 1) : null,
    page,
    page_size: size,
    start,
    end: start + Math.max(shown.length - 1, 0),
    uri: at(page),
  };
}

function isWithin(message: KeptSms, query: URLSearchParams): boolean {
  // Twilio's dates have seconds; a message sent within the second of the bound counts.
  const sent = Math.floor(Date.parse(message.sentAt ?? message.at) / 1000) * 1000;
  const after = date(query.get('DateSent>'));
  const before = date(query.get('DateSent<'));
  const day = query.get('DateSent');
  return (
    (after === undefined || sent >= Math.floor(after / 1000) * 1000) &&
    (before === undefined || sent <= before) &&
    (day === null || new Date(sent).toISOString().startsWith(day.slice(0, 10)))
  );
}

function date(text: string | null): number | undefined {
  if (text === null) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new TwilioRefusal(20001, `expected a date, got ${text}`);
  return time;
}

function number(text: string | null, fallback: number): number {
  return text === null ? fallback : Number(text);
}
