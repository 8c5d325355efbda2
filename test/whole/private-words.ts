import type { RunningStack } from '../../local/stack/start-stack.ts';
import { SECRETS } from '../../shared/deployment/secrets.ts';

/** What must be in no log and no queue: how addresses, links, tokens and texts of this test look. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  'an email address': /[\w.+-]+@example\.com/,
  'a phone number': /(?<!\d)120[12]555\d{4}(?!\d)/,
  'the address of a webhook': /\/e\/(steady|flaky|gone)/,
  'a Slack token': /xox[a-z]-/,
  'the secret of a webhook': /whsec_/,
  'a link with a token': /\/(u|m|manage|confirm)\/[\w-]{20,}/,
  'the text of an update': /Text of /,
};

/** Ids of accounts and apps are no secrets, and short ones turn up by chance. */
const SHORTEST_SECRET = 16;

/** The lines that hold something private, each with what it is, and never with the secret itself. */
export async function privateWordsIn(stack: RunningStack, lines: readonly string[]): Promise<string[]> {
  const values = await Promise.all(
    Object.values(SECRETS).map(async ({ logicalId }) => ({
      logicalId,
      words: textsIn(await stack.secret(logicalId)).filter((word) => word.length >= SHORTEST_SECRET),
    })),
  );
  return lines.flatMap((line) => [
    ...Object.entries(PATTERNS).flatMap(([what, pattern]) =>
      pattern.test(line) ? [`${what}: ${line}`] : [],
    ),
    ...values.flatMap(({ logicalId, words }) =>
      words.some((word) => line.includes(word)) ? [`${logicalId}: ${line.slice(0, 80)}`] : [],
    ),
  ]);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
