import { aboutFormat, chatOf } from './catalogue.ts';

/**
 * An endpoint's address as it may be shown to people. That of a chat is a credential, whoever has it can post there: of it no more than the
 * host. All others are shown whole: nobody is let in by knowing them, as their calls are signed.
 */
export function shownAddress(address: string, format?: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  const isChat = aboutFormat(format)?.chat !== undefined || chatOf(url) !== undefined;
  return isChat ? `${url.origin}/•••` : address;
}
