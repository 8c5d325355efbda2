import type { Block } from './block-limits.ts';
import { textsOf } from './block-limits.ts';

export interface Tokens {
  /** What would ring somebody or draw a name: `!channel`, `@U012AB3CD`, `#C0123`, `!subteam^S012`. */
  readonly mentions: readonly string[];
  /** `url` or `url|label`. */
  readonly links: readonly string[];
}

const TOKEN = /<([^<>]+)>/g;

/**
 * What Slack takes as active in a message: whatever stands between angle brackets that were not escaped, in the
 * top-level text and in mrkdwn objects. plain_text is never parsed.
 */
export function activeTokens(text: string, blocks: readonly Block[]): Tokens {
  const parsed = [text, ...textsOf(blocks).flatMap((each) => (each.type === 'mrkdwn' ? [each.text] : []))];
  const tokens = parsed.flatMap((each) => [...each.matchAll(TOKEN)].map((match) => match[1] ?? ''));
  return {
    // `!date^...` only writes a time in the reader's zone.
    mentions: tokens.filter((token) => /^(!(?!date\^)|@|#)/.test(token)),
    links: tokens.filter((token) => /^(https?:|mailto:|tel:)/i.test(token)),
  };
}
