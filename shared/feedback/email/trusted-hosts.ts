/**
 * Mailbox providers of the public. Their word that our mail is unauthenticated or unwanted is evidence about us, and can be made
 * up by nobody. The same word of any other host may be one server's rule, or the joke of somebody who subscribed with a domain of
 * their own: it must not stop the mail of everybody.
 */
const PROVIDERS: ReadonlySet<string> = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'ymail.com',
  'aol.com',
  'icloud.com',
  'me.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  'orange.fr',
  'free.fr',
]);

export function speaksForMany(host: string): boolean {
  return PROVIDERS.has(host);
}
