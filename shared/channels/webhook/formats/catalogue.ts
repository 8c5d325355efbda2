import type { FormatAbout } from './about.ts';
import { cloudEventsAbout } from './cloudevents/about.ts';
import { discordAbout } from './discord/about.ts';
import { googleChatAbout } from './google-chat/about.ts';
import { slackWebhookAbout } from './slack-webhook/about.ts';
import { standardAbout } from './standard/about.ts';
import { statuspageAbout } from './statuspage/about.ts';
import { teamsAbout } from './teams/about.ts';

/** Every format, in the order in which people are offered them. */
export const CATALOGUE: readonly FormatAbout[] = [
  standardAbout,
  statuspageAbout,
  cloudEventsAbout,
  discordAbout,
  googleChatAbout,
  slackWebhookAbout,
  teamsAbout,
];

/** What an endpoint gets that has chosen nothing. */
export const DEFAULT_FORMAT = standardAbout.name;

/** A format by its name; undefined for one that this version does not know. */
export function aboutFormat(name: string = DEFAULT_FORMAT): FormatAbout | undefined {
  return CATALOGUE.find((format) => format.name === name);
}

/** The chat that an address belongs to. */
export function chatOf(url: URL): FormatAbout | undefined {
  return CATALOGUE.find(({ chat }) => chat?.owns(url));
}
