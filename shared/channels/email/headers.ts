import type { MessageHeader } from '@aws-sdk/client-sesv2';
import type { Announcement } from '../channel.ts';
import { pageNameOf } from '../text/wording.ts';

/** Gmail's name for the sender in Feedback-ID: 5 to 15 characters, the same on every mail. */
const FEEDBACK_SENDER = 'incidentfanout';

/**
 * Headers that are the same for all recipients of an update. SES takes printable ASCII up to 870 characters; ids are
 * `[A-Za-z0-9_-]{1,64}` and hosts up to 253, so all stay below it.
 *
 * - In-Reply-To and References name a root that no mail ever had: SES sets its own Message-ID, and mail programs thread by a
 *   common reference even if it is missing (RFC 5256). It is on the first mail as well.
 * - Auto-Submitted (RFC 3834), Precedence and X-Auto-Response-Suppress keep vacation answers away.
 */
export function sharedHeaders(announcement: Announcement): MessageHeader[] {
  const { page, incident } = announcement;
  const host = hostOf(page.url);
  const root = `<incident.${incident.id}@${host}>`;
  const name = asciiPhrase(pageNameOf(announcement));
  return [
    { Name: 'Auto-Submitted', Value: 'auto-generated' },
    { Name: 'X-Auto-Response-Suppress', Value: 'All' },
    { Name: 'Precedence', Value: 'list' },
    { Name: 'List-Id', Value: name === '' ? `<${page.id}.${host}>` : `"${name}" <${page.id}.${host}>` },
    { Name: 'In-Reply-To', Value: root },
    { Name: 'References', Value: root },
    { Name: 'Feedback-ID', Value: `${incident.id}:${page.id}:incident:${FEEDBACK_SENDER}` },
  ];
}

/** One-click unsubscribing (RFC 8058): the link takes a POST without cookies, login or question. */
export function unsubscribeHeaders(link: string): MessageHeader[] {
  return [
    { Name: 'List-Unsubscribe', Value: `<${link}>` },
    { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
  ];
}

/**
 * A mailbox `Name <local@domain>` as a header may carry it: the name quoted, or encoded (RFC 2047) when it is not ASCII, the
 * domain as given. A bare address is returned as it is.
 */
export function mailbox(from: string): string {
  const match = /^\s*"?([^"<]*?)"?\s*<([^<>\s]+)>\s*$/.exec(from);
  const address = match?.[2];
  const name = match?.[1];
  if (address === undefined || name === undefined) return from.trim();
  if (name === '') return address;
  if (/^[ -~]*$/.test(name)) return `"${name.replace(/[\\"]/g, '')}" <${address}>`;
  return `=?UTF-8?B?${Buffer.from(name.toWellFormed()).toString('base64')}?= <${address}>`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname || 'status.invalid';
}

/** The phrase of a List-Id must be ASCII; quotes and angle brackets would end it. */
function asciiPhrase(name: string): string {
  return name
    .replace(/[^ -~]|[\\"<>]/g, '')
    .replace(/ +/g, ' ')
    .trim();
}
