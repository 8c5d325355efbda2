import { z } from 'zod';
import { parseBlocks } from './block-limits.ts';
import { type Arguments, textArgument } from './slack-call.ts';
import { SlackRefusal } from './slack-error.ts';
import type { Content } from './workspace.ts';

/** Slack cuts a longer text and says `message_truncated`. */
const MAX_TEXT = 40_000;
const MAX_METADATA = 16_000;

const metadataShape = z.strictObject({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.unknown()),
});

/** The content of a post or an edit, checked as Slack checks it. */
export function parseContent(given: Arguments, intern: (text: string) => string): Content {
  const text = textArgument(given, 'text');
  const blocks = parseBlocks(given['blocks']);
  if (text === '' && blocks.length === 0) throw new SlackRefusal('no_text');
  return {
    text: intern(text.slice(0, MAX_TEXT)),
    blocks: intern(JSON.stringify(given['blocks'] ?? [])),
    metadata: intern(parseMetadata(given['metadata'])),
  };
}

/** Warnings that go with an accepted message. */
export function warningsFor(given: Arguments): readonly string[] {
  return textArgument(given, 'text').length > MAX_TEXT ? ['message_truncated'] : [];
}

/** The update that a message is about: `metadata.event_payload.update`. */
export function updateOf(given: Arguments): string {
  const parsed = metadataShape.safeParse(given['metadata']);
  const update = parsed.success ? parsed.data.event_payload['update'] : undefined;
  return typeof update === 'string' ? update : '';
}

function parseMetadata(metadata: unknown): string {
  if (metadata === undefined) return '';
  if (!metadataShape.safeParse(metadata).success) throw new SlackRefusal('invalid_metadata_format');
  const text = JSON.stringify(metadata);
  if (text.length > MAX_METADATA) throw new SlackRefusal('metadata_too_large');
  return text;
}
