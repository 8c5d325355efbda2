import { type Instant, MINUTE, type Millis } from '../../domain/time.ts';

/** How long a token, or that there is none, is relied on without looking again. */
const RELIED_ON: Millis = MINUTE;

/** What an installation store knows of a workspace. */
export interface KnownInstallation {
  readonly token?: string;
  readonly installedAt: Instant;
}

export interface Installations {
  get(team: string): Promise<KnownInstallation | undefined>;
  markBroken(team: string, cause: string, until: Instant, now: Instant): Promise<boolean>;
}

export interface TokenLookupParts {
  readonly installations: Installations;
  /** Tokens that the operator filled in, by team id: used where no installation stands. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly now: () => Instant;
  /** A minute unless said otherwise. 0 for whoever must see an installation of this second. */
  readonly reliedOnMs?: Millis;
}

/** Bot tokens by workspace. */
export interface TokenLookup {
  /** The token, or undefined when there is none. Throws when the table is out of reach. */
  tokenOf(team: string): Promise<string | undefined>;
  /**
   * Slack refuses the token that was given for this team: its installation is broken until the app is installed anew. Returns whether
   * the token is forgotten: one that the operator filled in is not.
   */
  refused(team: string, cause: string): Promise<boolean>;
}

interface Known {
  readonly until: Instant;
  readonly installation: Promise<KnownInstallation | undefined>;
}

/** The installation first, the operator's token otherwise. */
export function createTokenLookup({
  installations,
  tokens,
  now,
  reliedOnMs = RELIED_ON,
}: TokenLookupParts): TokenLookup {
  const cache = new Map<string, Known>();

  function look(team: string): Promise<KnownInstallation | undefined> {
    const known = cache.get(team);
    if (known !== undefined && now() < known.until) return known.installation;
    const installation = installations.get(team);
    cache.set(team, { until: now() + reliedOnMs, installation });
    // A failed look is not an answer to keep.
    installation.catch(() => cache.delete(team));
    return installation;
  }

  return {
    async tokenOf(team) {
      const { token } = (await look(team)) ?? {};
      return token ?? (Object.hasOwn(tokens, team) ? tokens[team] || undefined : undefined);
    },
    async refused(team, cause) {
      const installation = await look(team);
      cache.delete(team);
      if (installation?.token === undefined) return false;
      await installations.markBroken(team, cause, installation.installedAt, now());
      return true;
    },
  };
}
