import type { WebClient } from '@slack/web-api';

/** What the channel asks of Slack, out of all that its client can do. */
export type SlackClient = Pick<WebClient, 'chat' | 'auth' | 'conversations'>;
