import type { PrivateTargets } from '../target.ts';
import type { FormatAbout } from './about.ts';
import { aboutFormat, chatOf, DEFAULT_FORMAT } from './catalogue.ts';

export type ChosenFormat =
  | { readonly kind: 'format'; readonly format: FormatAbout }
  /** In words for who signs up. */
  | { readonly kind: 'refused'; readonly fault: string };

/**
 * The format for an address. A chat's address speaks for itself: it takes its own format, named or not, and no other; and no other
 * address takes a chat's. On a laptop, where nothing has a public name, the name alone decides.
 */
export function chooseFormat(
  url: URL,
  wanted: string | undefined,
  privateTargets: PrivateTargets,
): ChosenFormat {
  const chat = chatOf(url);
  const named = aboutFormat(wanted);
  if (named === undefined) return refused('Choose one of the formats of the list');
  const unnamed = wanted === undefined || wanted === DEFAULT_FORMAT;
  if (chat !== undefined) {
    if (unnamed || named === chat) return { kind: 'format', format: chat };
    return refused(`Choose ${chat.label} for this address, or another address: it takes nothing else`);
  }
  if (isRetiredConnector(url)) {
    return refused(
      'Microsoft has retired this kind of address. In Teams, make a workflow “When a Teams webhook request is received” and enter its address',
    );
  }
  if (named.chat !== undefined && privateTargets === 'refuse') {
    return refused(`Enter an address of ${named.label}, such as ${named.chat.example}`);
  }
  return { kind: 'format', format: named };
}

/** Connectors of Office 365 take messages that look different, and fewer every month. */
function isRetiredConnector({ hostname }: URL): boolean {
  return hostname === 'outlook.office.com' || hostname.endsWith('.webhook.office.com');
}

const refused = (fault: string): ChosenFormat => ({ kind: 'refused', fault });
