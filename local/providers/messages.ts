/** The channels that providers stand behind. Written out here: the laptop stack imports nothing of `shared`. */
export const CHANNELS = ['email', 'sms', 'slack', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/** One message that a provider accepted. Repeats are entries of their own. */
export interface Accepted {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly channel: Channel;
  /** Email address, E.164 number, `team/conversation` or URL. */
  readonly to: string;
  /** Id of the update, or empty when the message is about none: a confirmation, a code, a link. */
  readonly update: string;
  readonly providerId: string;
}

interface Numbered extends Accepted {
  /** Place among all accepted messages, counted from 1: its address in the inbox. */
  readonly n: number;
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

export interface EmailMessage extends Numbered {
  readonly channel: 'email';
  readonly from: string;
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly Header[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface SmsMessage extends Numbered {
  readonly channel: 'sms';
  /** As the handset shows it: after smart encoding. */
  readonly text: string;
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
  readonly status: 'accepted' | 'sent' | 'delivered' | 'undelivered';
  readonly statusCallback?: string;
}

/** Something in a Slack text that is not plain words: it would ring somebody, or lead somewhere. */
export interface SlackToken {
  readonly kind: 'mention' | 'link';
  /** As written between the angle brackets, for example `!channel` or `https://status.acme.com|Acme`. */
  readonly token: string;
}

export interface SlackMessage extends Numbered {
  readonly channel: 'slack';
  readonly team: string;
  readonly conversation: string;
  readonly ts: string;
  /** `ts` of the root that this message answers. */
  readonly thread?: string;
  readonly broadcast: boolean;
  /** An answer to a command: seen by who asked, and by nobody else. */
  readonly ephemeral: boolean;
  /** The present text and blocks: `chat.update` changes them. */
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata?: unknown;
  readonly clientMessageId?: string;
  /** When `chat.update` changed it, oldest first. */
  readonly edits: readonly string[];
  /** Active mentions in the present text and blocks; none should ever come from a user's words. */
  readonly mentions: readonly string[];
  readonly links: readonly string[];
}

export interface WebhookMessage extends Numbered {
  readonly channel: 'webhook';
  /** The body, byte for byte. */
  readonly text: string;
  readonly body: unknown;
  readonly headers: readonly Header[];
  /** Unchecked: the receiver had not been told this endpoint's secret. */
  readonly signature: 'verified' | 'unchecked';
  /** Whether this endpoint had already accepted a call with the same `webhook-id`. */
  readonly repeat: boolean;
}

/** One accepted message with everything that a person (or a machine) would see of it. */
export type Message = EmailMessage | SmsMessage | SlackMessage | WebhookMessage;

/** A call, or a part of one, that a provider would have refused or that breaks a rule of ours. */
export interface Refused {
  readonly at: string;
  readonly channel: Channel;
  /** What was expected and what was got. */
  readonly reason: string;
  /** The provider's code for it: `21211`, `ThrottlingException`, `channel_not_found`, `401`. */
  readonly code: string;
  readonly to?: string;
  readonly update?: string;
  /** True: the provider accepts it all the same, and only our own rules object. */
  readonly accepted: boolean;
}
