import type { EmailMessage, Header } from '../messages.ts';
import { type BulkEntry, type BulkRequest, tagValue } from './bulk-request.ts';
import { mergedHeaders } from './bulk-rules.ts';
import type { RenderedMail } from './engine.ts';
import { substitute, type TemplateData } from './template-data.ts';

type Interner = (text: string) => string;
type Part = 'subject' | 'text' | 'html';

/**
 * A mail as it is kept: the template once per update, the recipient's data once per mail. A mail that our own
 * substitution does not reproduce to the letter is kept as the engine rendered it, so what is shown is
 * always what the engine made.
 */
export class RecordedEmail implements Omit<EmailMessage, 'n' | 'at'> {
  readonly channel = 'email';
  readonly to: string;
  readonly update: string;
  readonly providerId: string;
  readonly from: string;
  readonly replyTo: readonly string[];
  readonly #template: Readonly<Record<Part, string>>;
  readonly #data: TemplateData;
  readonly #rendered: RenderedMail | undefined;
  readonly #templateHeaders: string;
  readonly #entryHeaders: BulkEntry['ReplacementHeaders'];
  readonly #defaultTags: string;
  readonly #entryTags: BulkEntry['ReplacementTags'];

  constructor(
    request: BulkRequest,
    entry: BulkEntry,
    sent: { readonly data: TemplateData; readonly rendered: RenderedMail; readonly providerId: string },
    intern: Interner,
  ) {
    const { TemplateContent, Headers } = request.DefaultContent.Template;
    const { Subject, Text, Html } = TemplateContent;
    this.to = entry.Destination.ToAddresses[0];
    this.update = intern(tagValue(request.DefaultEmailTags, 'update_id'));
    this.providerId = sent.providerId;
    this.from = intern(request.FromEmailAddress);
    this.replyTo = request.ReplyToAddresses.map(intern);
    this.#template = { subject: intern(Subject), text: intern(Text), html: intern(Html) };
    this.#data = sent.data;
    this.#rendered = this.#reproduces(sent.rendered) ? undefined : sent.rendered;
    this.#templateHeaders = intern(JSON.stringify(Headers));
    this.#entryHeaders = entry.ReplacementHeaders;
    this.#defaultTags = intern(JSON.stringify(request.DefaultEmailTags));
    this.#entryTags = entry.ReplacementTags;
  }

  get subject(): string {
    return this.#part('subject');
  }

  get text(): string {
    return this.#part('text');
  }

  get html(): string {
    return this.#part('html');
  }

  get headers(): readonly Header[] {
    const merged = mergedHeaders(JSON.parse(this.#templateHeaders), this.#entryHeaders);
    return merged.map(({ Name, Value }) => ({ name: Name, value: Value }));
  }

  get tags(): Readonly<Record<string, string>> {
    const all: BulkEntry['ReplacementTags'] = [...JSON.parse(this.#defaultTags), ...this.#entryTags];
    return Object.fromEntries(all.map(({ Name, Value }) => [Name, Value]));
  }

  #part(part: Part): string {
    return this.#rendered?.[part] ?? substitute(this.#template[part], this.#data);
  }

  #reproduces(rendered: RenderedMail): boolean {
    const parts: readonly Part[] = ['subject', 'text', 'html'];
    return parts.every((part) => substitute(this.#template[part], this.#data) === rendered[part]);
  }
}
