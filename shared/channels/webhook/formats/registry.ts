import { DEFAULT_FORMAT } from './catalogue.ts';
import { cloudEvents } from './cloudevents/cloudevents.ts';
import { discord } from './discord/discord.ts';
import type { WebhookFormat } from './format.ts';
import { googleChat } from './google-chat/google-chat.ts';
import { slackWebhook } from './slack-webhook/slack-webhook.ts';
import { standard } from './standard/standard.ts';
import { statuspage } from './statuspage/statuspage.ts';
import { teams } from './teams/teams.ts';

/** Every format, for those who speak them: the formats of `catalogue.ts`. */
const FORMATS: readonly WebhookFormat[] = [
  standard,
  statuspage,
  cloudEvents,
  discord,
  googleChat,
  slackWebhook,
  teams,
];

/** The format of a subscriber's row, or undefined for a name that this version does not know. */
export function formatNamed(name: string = DEFAULT_FORMAT): WebhookFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}

export function allFormats(): readonly WebhookFormat[] {
  return FORMATS;
}
