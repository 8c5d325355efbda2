import * as z from 'zod/mini';
import { DEFAULT_FORMAT } from '../channels/webhook/formats/catalogue.ts';
import { shownAddress } from '../channels/webhook/formats/shown-address.ts';
import { CHANNELS } from '../domain/channel.ts';
import type { Subscriber, SubscriberState } from '../domain/subscriber.ts';
import { DAY } from '../domain/time.ts';
import { toNational } from '../subscriptions/import-phone.ts';
import { subscriberId } from './subscriber-id.ts';

/** Statuspage's names of our states. Who has left is on a list of their own there. */
export const STATE_NAMES: Readonly<Record<SubscriberState, string>> = {
  pending: 'unconfirmed',
  active: 'active',
  quarantined: 'quarantined',
  unsubscribed: 'unsubscribed',
};

/** Statuspage ends a subscription this long after its quarantine; we say so and leave the row to its owner. */
const PURGED_AFTER = 90 * DAY;

const text = z.nullable(z.string());

/** `Subscriber` of Statuspage's API 1.0.0, all fields always there; after them, what only we know. */
export const statuspageSubscriberSchema = z.object({
  id: z.string(),
  skip_confirmation_notification: z.boolean(),
  mode: z.enum(CHANNELS),
  email: text,
  endpoint: text,
  phone_number: text,
  phone_country: text,
  display_phone_number: text,
  obfuscated_channel_name: text,
  workspace_name: text,
  quarantined_at: text,
  purge_at: text,
  components: z.array(z.string()),
  page_access_user_id: z.null(),
  created_at: z.string(),
  state: z.enum(['unconfirmed', 'active', 'quarantined', 'unsubscribed']),
  groups: z.array(z.string()),
  incidents: z.array(z.string()),
  filters: z.optional(z.unknown()),
  paused: z.boolean(),
  confirmed_at: text,
  unsubscribed_at: text,
  source: text,
  quarantine_cause: text,
  conversation: text,
  format: text,
});

/** As `showSubscriber`, with the address of a chat's webhook as it is: whoever reads it can post there. For exports. */
export function showSubscriberWhole(subscriber: Subscriber) {
  const { address } = subscriber;
  const shown = showSubscriber(subscriber);
  return address.channel === 'webhook' ? { ...shown, endpoint: address.url } : shown;
}

/** A subscriber as Statuspage shows one. No `components`, `groups` and `incidents`: the whole page. */
export function showSubscriber(subscriber: Subscriber) {
  const { address, scope, quarantine, source = null, filters } = subscriber;
  const phone = address.channel === 'sms' && address.phone !== '' ? toNational(address.phone) : undefined;
  const { components, groups, incidents } = scope.kind === 'page' ? WHOLE_PAGE : scope;
  return {
    id: subscriberId(subscriber),
    skip_confirmation_notification: wasNotAsked(subscriber),
    mode: address.channel,
    email: address.channel === 'email' ? address.email : (subscriber.ownerEmail ?? null),
    endpoint: address.channel === 'webhook' ? shownAddress(address.url, subscriber.format) : null,
    phone_number: phone?.number ?? null,
    phone_country: phone?.country ?? null,
    display_phone_number: phone?.display ?? null,
    obfuscated_channel_name: address.channel === 'slack' ? obfuscated(address.conversation) : null,
    workspace_name: address.channel === 'slack' ? address.team : null,
    quarantined_at: iso(quarantine?.at),
    purge_at: quarantine ? iso(quarantine.at + PURGED_AFTER) : null,
    components,
    page_access_user_id: null,
    created_at: new Date(subscriber.createdAt).toISOString(),
    state: STATE_NAMES[subscriber.state],
    groups,
    incidents,
    ...(filters && { filters }),
    paused: subscriber.paused === true,
    confirmed_at: iso(subscriber.confirmedAt),
    unsubscribed_at: iso(subscriber.unsubscribedAt),
    source,
    quarantine_cause: quarantine?.cause ?? null,
    conversation: address.channel === 'slack' ? address.conversation : null,
    format: address.channel === 'webhook' ? (subscriber.format ?? DEFAULT_FORMAT) : null,
  };
}

/** The operator answered for their consent when they came. */
function wasNotAsked({ source, createdAt, confirmedAt }: Subscriber): boolean {
  return (source === 'operator' || source === 'import') && confirmedAt === createdAt;
}

const WHOLE_PAGE = { components: [], groups: [], incidents: [] };

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

/** As much of a channel as Statuspage gives away: `#*******an`. */
function obfuscated(name: string): string {
  return `#${'*'.repeat(Math.max(0, name.length - 2))}${name.slice(-2)}`;
}
