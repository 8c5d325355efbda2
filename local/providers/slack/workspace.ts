import type { SlackMessage } from '../messages.ts';
import type { Block } from './block-limits.ts';
import { activeTokens } from './mrkdwn-tokens.ts';

/** What a message says; `chat.update` replaces it as a whole. Kept as JSON, one copy of each. */
export interface Content {
  readonly text: string;
  readonly blocks: string;
  readonly metadata: string;
}

/** A Slack message as it is kept. Its content may change, so what it shows is derived when asked. */
export class PostedMessage implements Omit<SlackMessage, 'n' | 'at'> {
  readonly channel = 'slack';
  readonly to: string;
  readonly update: string;
  readonly providerId: string;
  readonly team: string;
  readonly conversation: string;
  readonly ts: string;
  declare readonly thread?: string;
  readonly broadcast: boolean;
  readonly ephemeral: boolean;
  declare readonly clientMessageId?: string;
  readonly edits: string[] = [];
  #content: Content;

  constructor(
    place: {
      readonly team: string;
      readonly conversation: string;
      readonly ts: string;
      readonly update: string;
    },
    content: Content,
    options: {
      readonly thread?: string;
      readonly broadcast: boolean;
      readonly clientMessageId?: string;
      readonly ephemeral?: boolean;
    },
  ) {
    this.team = place.team;
    this.conversation = place.conversation;
    this.to = `${place.team}/${place.conversation}`;
    this.ts = place.ts;
    this.update = place.update;
    this.providerId = place.ts;
    this.broadcast = options.broadcast;
    this.ephemeral = options.ephemeral ?? false;
    if (options.thread !== undefined) this.thread = options.thread;
    if (options.clientMessageId !== undefined) this.clientMessageId = options.clientMessageId;
    this.#content = content;
  }

  /** Replaces the content, as `chat.update` does. Metadata stays unless it is given anew. */
  edit(content: Content): void {
    this.#content = { ...content, metadata: content.metadata || this.#content.metadata };
    this.edits.push(new Date().toISOString());
  }

  get text(): string {
    return this.#content.text;
  }

  get blocks(): readonly Block[] {
    // Safe: only blocks that parsed are kept.
    return JSON.parse(this.#content.blocks) as Block[];
  }

  get metadata(): unknown {
    return this.#content.metadata === '' ? undefined : JSON.parse(this.#content.metadata);
  }

  get mentions(): readonly string[] {
    return activeTokens(this.text, this.blocks).mentions;
  }

  get links(): readonly string[] {
    return activeTokens(this.text, this.blocks).links;
  }
}

/** The messages of all workspaces, by `team/conversation`, oldest first. */
export interface Workspaces {
  nextTs(): string;
  add(message: PostedMessage): void;
  find(to: string, ts: string): PostedMessage | undefined;
  /** The message that was posted with this `client_msg_id`. */
  findTwin(to: string, clientMessageId: string): PostedMessage | undefined;
  /** Root messages and broadcast replies: what the conversation itself shows. */
  history(to: string): readonly PostedMessage[];
  /** A root and its replies. */
  thread(to: string, ts: string): readonly PostedMessage[];
}

/** Workspaces in which nothing was posted yet. */
export function createWorkspaces(): Workspaces {
  const conversations = new Map<string, PostedMessage[]>();
  let last = 0;
  const of = (to: string) => conversations.get(to) ?? [];
  return {
    nextTs() {
      // Microseconds since the epoch, unique and rising, as Slack's are within a conversation.
      last = Math.max(last + 1, Date.now() * 1_000);
      return `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
    },
    add(message) {
      const posted = conversations.get(message.to);
      if (posted) posted.push(message);
      else conversations.set(message.to, [message]);
    },
    find: (to, ts) => of(to).find((message) => message.ts === ts),
    findTwin: (to, id) => (id === '' ? undefined : of(to).find((message) => message.clientMessageId === id)),
    history: (to) => of(to).filter((message) => message.thread === undefined || message.broadcast),
    thread: (to, ts) => of(to).filter((message) => message.ts === ts || message.thread === ts),
  };
}
