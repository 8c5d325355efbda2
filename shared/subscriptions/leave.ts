import type { Clock } from '../runtime/clock.ts';
import type { SubscriberStore } from '../store/subscribers.ts';
import type { ReadLink } from './held-links.ts';
import type { LinkTarget } from './link-token.ts';

export interface LeaveDependencies {
  readonly subscribers: Pick<SubscriberStore, 'unsubscribe'>;
  readonly readLink: ReadLink;
  readonly clock: Pick<Clock, 'now'>;
}

export type Left =
  | { readonly kind: 'left'; readonly target: LinkTarget }
  /** The token is none of ours, or names no row: for RFC 8058 the same answer, for the log another line. */
  | { readonly kind: 'nothing' };

/**
 * Ends a subscription by an unsubscribe token, in whatever state it is; again is the same as once. From the moment that this
 * returns nobody tells them: rows are read consistently just before each call, also of updates under way.
 */
export async function leave(deps: LeaveDependencies, token: string): Promise<Left> {
  const target = await deps.readLink(token, 'unsubscribe');
  if (target === undefined) return { kind: 'nothing' };
  const { page, channel, h } = target;
  const ended = await deps.subscribers.unsubscribe(page, channel, h, deps.clock.now());
  return ended ? { kind: 'left', target } : { kind: 'nothing' };
}
