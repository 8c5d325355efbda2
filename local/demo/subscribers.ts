import { AFFECTED_GROUPS, BATCH_PAGE, SPARED_COMPONENTS, SPARED_GROUPS } from './batch-page.ts';
import type { Channel } from './channel.ts';
import { FICTIONAL_PHONES, fictionalPhone } from './fictional-phones.ts';
import { type Random, seededRandom } from './random.ts';

/** What somebody asked to hear of. No member at all: the whole page. */
export interface Wish {
  readonly components?: readonly string[];
  readonly groups?: readonly string[];
  readonly incidents?: readonly string[];
}

type Address =
  | { readonly channel: 'email'; readonly email: string }
  | { readonly channel: 'sms'; readonly phone: string }
  | { readonly channel: 'slack'; readonly team: string; readonly conversation: string }
  | { readonly channel: 'webhook'; readonly url: string };

/** A subscriber as `POST /v1/pages/{page}/subscribers` takes it. */
export type DemoSubscriber = Address & Wish;

/** Of every twenty subscribers: eleven by email, three on each other channel; the first four on all. */
const CHANNEL_OF: readonly Channel[] =
  'email sms slack webhook email email email sms email email slack email webhook email sms email slack email webhook email'.split(
    ' ',
  ) as Channel[]; // the literal holds nothing else

const SMS_OF_TWENTY = CHANNEL_OF.filter((channel) => channel === 'sms').length;

/** So many that every phone number can still be a fictional one. */
export const MOST_SUBSCRIBERS = Math.floor(FICTIONAL_PHONES / SMS_OF_TWENTY) * CHANNEL_OF.length;

/** Kept for documentation by RFC 2606: no mail for them is ever delivered to anybody. */
const MAIL_DOMAINS = ['example.com', 'example.org', 'example.net'];

/**
 * The same `count` subscribers for the same seed: everybody different, on four channels, with scopes from the whole
 * page to nothing that `incident` touches.
 */
export function demoSubscribers(options: {
  readonly count: number;
  readonly incident: string;
  /** Slack workspaces (team ids) that the stand-in has tokens for, one at least. */
  readonly teams: readonly string[];
  /** Webhook endpoints lie under this address: `<base>/e/<n>`. */
  readonly webhookBase: string;
  readonly seed?: number;
}): readonly DemoSubscriber[] {
  const random = seededRandom(options.seed ?? 20_211_013);
  const taken: Record<Channel, number> = { email: 0, sms: 0, slack: 0, webhook: 0 };

  function nthAddress(channel: Channel, n: number): Address {
    switch (channel) {
      case 'email':
        return { channel, email: `reader-${n + 1}@${MAIL_DOMAINS[n % MAIL_DOMAINS.length]}` };
      case 'sms':
        return { channel, phone: fictionalPhone(n) };
      case 'slack':
        return { channel, ...conversation(n, options.teams) };
      case 'webhook':
        return { channel, url: `${options.webhookBase}/e/${n + 1}` };
    }
  }

  return Array.from({ length: options.count }, (_, place) => {
    const channel = CHANNEL_OF[place % CHANNEL_OF.length] ?? 'email';
    return { ...nthAddress(channel, taken[channel]++), ...demoWish(random, options.incident) };
  });
}

function conversation(n: number, teams: readonly string[]): { team: string; conversation: string } {
  const team = teams[n % teams.length];
  if (team === undefined) throw new RangeError('Expected at least one Slack workspace, got none');
  return { team, conversation: `C0DEMO${n.toString(36).toUpperCase().padStart(5, '0')}` };
}

function demoWish(random: Random, incident: string): Wish {
  const ids = (things: readonly { id: string }[]): string[] => things.map(({ id }) => id);
  const share = random.next();
  if (share < 0.4) return {};
  if (share < 0.68) return { components: ids(random.pick(BATCH_PAGE.components, 1 + random.below(3))) };
  if (share < 0.82) return { groups: random.pick(AFFECTED_GROUPS, 1 + random.below(2)) };
  if (share < 0.87)
    return {
      components: ids(random.pick(BATCH_PAGE.components, 2)),
      groups: random.pick([...AFFECTED_GROUPS, ...SPARED_GROUPS], 1),
    };
  if (share < 0.92) return { incidents: [incident] };
  if (share < 0.96) return { components: ids(random.pick(SPARED_COMPONENTS, 1 + random.below(2))) };
  if (share < 0.98) return { groups: [...SPARED_GROUPS] };
  return { incidents: ['another-incident'] };
}

/** Where the provider of its channel takes messages for this subscriber: the `to` of what a stand-in accepted. */
export function addressOf(subscriber: DemoSubscriber): string {
  switch (subscriber.channel) {
    case 'email':
      return subscriber.email;
    case 'sms':
      return subscriber.phone;
    case 'slack':
      return `${subscriber.team}/${subscriber.conversation}`;
    case 'webhook':
      return subscriber.url;
  }
}
