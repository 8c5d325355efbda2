import { CHANNELS } from '../domain/channel.ts';
import { ID_PATTERN } from '../domain/id.ts';
import type { LinkTarget } from './link-token.ts';

/** Longer ones are none of ours: a page id of 64, a channel and a hash make 140 characters. */
const LONGEST = 200;
const HASH = /^[0-9a-f]{24}$/;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** A token: which row it is for, and the secret that the row's proof must match. */
export interface SecretToken {
  readonly target: LinkTarget;
  readonly secret: string;
}

/** `page|channel|h` in base64url: names a row in an address. It opens nothing by itself. */
export function writeReference({ page, channel, h }: LinkTarget): string {
  return Buffer.from(`${page}|${channel}|${h}`).toString('base64url');
}

/** The row that a reference names, or undefined. One row has one spelling. */
export function readReference(reference: string): LinkTarget | undefined {
  if (reference.length > LONGEST) return undefined;
  const [page, channelName, h, ...more] = Buffer.from(reference, 'base64url').toString('utf8').split('|');
  const channel = CHANNELS.find((name) => name === channelName);
  if (page === undefined || channel === undefined || h === undefined || more.length > 0) return undefined;
  if (!ID_PATTERN.test(page) || !HASH.test(h)) return undefined;
  const target = { page, channel, h };
  return writeReference(target) === reference ? target : undefined;
}

/** `<reference>.<secret>`, safe in a path. */
export function writeToken(target: LinkTarget, secret: string): string {
  return `${writeReference(target)}.${secret}`;
}

/** The parts of a token that is well formed, or undefined. Whether its secret is right only the row's proof says. */
export function readToken(token: string): SecretToken | undefined {
  const [reference = '', secret = '', ...more] = token.split('.', 3);
  if (more.length > 0 || !SECRET.test(secret)) return undefined;
  const target = readReference(reference);
  return target && { target, secret };
}
