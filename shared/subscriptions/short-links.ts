import { createHash } from 'node:crypto';
import type { ShortLinks } from '../channels/sms/link.ts';
import type { ShortLinkStore, ShortLinkTarget } from '../store/short-links.ts';

export interface ShortLinkOptions {
  readonly links: Pick<ShortLinkStore, 'keep'>;
  /** Without a trailing slash. */
  readonly publicUrl: string;
}

/** Lower-case letters and digits, because programs that make links of texts leave a last `-` or `_` out. */
const CODE = /^[0-9a-z]{10}$/;
const CODE_LENGTH = 10;

/**
 * Links `<publicUrl>/i/<code>`, 13 characters after the host. Codes are stored and not read back: what a link may lead to is what was
 * published, and nothing that a reader could write. Each is kept once per process and incident.
 */
export function createShortLinks({ links, publicUrl }: ShortLinkOptions): ShortLinks {
  const kept = new Map<string, Promise<string | undefined>>();
  return {
    length: `${publicUrl}/i/`.length + CODE_LENGTH,
    of(page, incident) {
      const code = codeOf({ page, incident });
      const known = kept.get(code);
      if (known !== undefined) return known;
      const keeping = links.keep(code, { page, incident }).then(
        (isOurs) => (isOurs ? `${publicUrl}/i/${code}` : undefined),
        () => {
          kept.delete(code);
          return undefined;
        },
      );
      kept.set(code, keeping);
      return keeping;
    },
  };
}

/** Whether a text can be a code. */
export function isShortLinkCode(text: string): boolean {
  return CODE.test(text);
}

/** The same for the same incident, whoever makes it. Among a million incidents two share one with odds of 1 in 7,000. */
function codeOf({ page, incident }: ShortLinkTarget): string {
  const digest = createHash('sha256').update(`${page}|${incident}`).digest('hex').slice(0, 16);
  return BigInt(`0x${digest}`).toString(36).padStart(CODE_LENGTH, '0').slice(-CODE_LENGTH);
}
