import { cloudEvents } from './cloudevents/cloudevents.ts';
import { discord } from './discord/discord.ts';
import type { WebhookFormat } from './format.ts';
import { googleChat } from './google-chat/google-chat.ts';
import { slackWebhook } from './slack-webhook/slack-webhook.ts';
import { standard } from './standard/standard.ts';
import { statuspage } from './statuspage/statuspage.ts';
import { teams } from './teams/teams.ts';

/** Every format, in the order in which people are offered them. */
const FORMATS: readonly WebhookFormat[] = [
  standard,
  statuspage,
  cloudEvents,
  discord,
  googleChat,
  slackWebhook,
  teams,
];

export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** What an endpoint gets that has chosen nothing. */
export const DEFAULT_FORMAT = standard.name;

/** The format of a subscriber's row, or undefined for a name that this version does not know. */
export function formatNamed(name: string = DEFAULT_FORMAT): WebhookFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}

/** The chat that an address belongs to. */
export function chatOf(url: URL): WebhookFormat | undefined {
  return FORMATS.find(({ chat }) => chat?.owns(url));
}

export function allFormats(): readonly WebhookFormat[] {
  return FORMATS;
}
