import { cleanLine } from '../../channels/text/clean.ts';
import { shorten } from '../../channels/text/shorten.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Kind, MinimumImpact } from '../../domain/filters.ts';
import type { Detail } from '../../domain/milestones.ts';
import type { Address } from '../../domain/subscriber.ts';

/** The words that the pages share. */
export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  email: 'Email',
  sms: 'Text message',
  slack: 'Slack',
  webhook: 'Webhook',
};

export const WAYS: Readonly<Record<Channel, string>> = {
  email: 'by email',
  sms: 'by text message',
  slack: 'in Slack',
  webhook: 'by webhook',
};

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  incident: 'Incidents',
  maintenance: 'Planned maintenance',
};

export const IMPACT_NAMES: Readonly<Record<MinimumImpact, string>> = {
  none: 'All incidents',
  minor: 'Minor impact or worse',
  major: 'Major impact or worse',
  critical: 'Critical impact only',
};

export const DETAIL_NAMES: Readonly<Record<Detail, string>> = {
  all: 'Every update',
  milestones: 'When it begins and when it is over',
};

/** A name that an operator or publisher wrote, in one clean line; `otherwise` where nothing is left of it. */
export function lineOf(text: string, otherwise: string): string {
  return shorten(cleanLine(text), 120) || otherwise;
}

/**
 * Enough of an address for its owner to tell which of theirs it is, and too little for anybody else. Manage links are
 * forwarded at times.
 */
export function maskedAddress(address: Address): string {
  switch (address.channel) {
    case 'email': {
      const at = address.email.lastIndexOf('@');
      return `${address.email.slice(0, 1)}•••${address.email.slice(Math.max(0, at))}`;
    }
    case 'sms':
      return `a number ending in ${address.phone.slice(-3)}`;
    case 'slack':
      return 'a Slack channel';
    case 'webhook':
      return `an endpoint at ${URL.parse(address.url)?.host ?? 'your host'}`;
  }
}
