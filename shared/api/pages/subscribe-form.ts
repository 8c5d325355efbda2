import { DEFAULT_FORMAT } from '../../channels/webhook/formats/catalogue.ts';
import type { Channel } from '../../domain/channel.ts';
import type { SelfServedAddress } from '../../subscriptions/sign-up.ts';
import { type ChoiceForm, EVERYTHING, readChoice } from './choice-form.ts';

/** Channels that people sign up for on the page. Slack channels are subscribed in Slack. */
export type FormChannel = SelfServedAddress['channel'];

/** What is filled in, as it was typed. */
export interface SubscribeForm {
  readonly channel: FormChannel;
  readonly address: string;
  /** Webhooks: who looks after the endpoint. */
  readonly ownerEmail: string;
  /** Webhooks: a name from the registry of formats, or what was sent as one. */
  readonly format: string;
  readonly choice: ChoiceForm;
}

/** The field that holds the address, by channel. Names that browsers know how to fill in. */
export const ADDRESS_FIELDS = { email: 'email', sms: 'phone', webhook: 'url' } as const satisfies Record<
  FormChannel,
  string
>;

/** No person sees this field, so whoever fills it in is none. Named so that a program wants to. */
export const HONEYPOT = 'website';

/** Longest text that is kept in a field that comes back. No address of ours is longer. */
const LONGEST_TEXT = 2_048;

export function emptyForm(channel: FormChannel): SubscribeForm {
  return { channel, address: '', ownerEmail: '', format: DEFAULT_FORMAT, choice: EVERYTHING };
}

/** As it was sent. `incident`: the form of one incident asks for nothing else. */
export function readSubscribeForm(fields: URLSearchParams, channel: FormChannel): SubscribeForm {
  const text = (name: string) => (fields.get(name) ?? '').slice(0, LONGEST_TEXT);
  return {
    channel,
    address: text(ADDRESS_FIELDS[channel]),
    ownerEmail: text('ownerEmail'),
    format: text('format') || DEFAULT_FORMAT,
    choice: readChoice(fields),
  };
}

/** The channel that a field names, if it is one of those that are on; else the first of them. */
export function channelIn(
  fields: URLSearchParams,
  channels: readonly Channel[],
): FormChannel | 'slack' | undefined {
  const wanted = fields.get('channel');
  return channels.find((channel) => channel === wanted) ?? channels[0];
}
