import type { Page } from '../domain/page.ts';

export interface PagesOfTeamParts {
  /** The pages that the app was installed for, or undefined without an installation. */
  readonly installedFor: (team: string) => Promise<readonly string[] | undefined>;
  /** Whether the operator has filled in a token for the team. */
  readonly hasOperatorToken: (team: string) => boolean;
  readonly page: (id: string) => Promise<Page | undefined>;
}

export type PagesOfTeam =
  | { readonly kind: 'pages'; readonly pages: readonly Page[] }
  | { readonly kind: 'notInstalled' | 'foreign' | 'unnamed' };

/**
 * The pages that a command is about: the one it names, else all that the workspace has installed the app for. A page that it
 * was not installed for is foreign, except where the operator filled in the token: such a workspace names any page.
 */
export async function pagesOfTeam(
  parts: PagesOfTeamParts,
  team: string,
  named: string | undefined,
): Promise<PagesOfTeam> {
  const installed = await parts.installedFor(team);
  const trusted = parts.hasOperatorToken(team);
  if (installed === undefined && !trusted) return { kind: 'notInstalled' };
  if (named !== undefined && !trusted && installed?.includes(named) !== true) return { kind: 'foreign' };
  if (named === undefined && installed === undefined) return { kind: 'unnamed' };
  const ids = named === undefined ? (installed ?? []) : [named];
  const pages = (await Promise.all(ids.map(parts.page))).filter((page) => page !== undefined);
  return pages.length === 0 ? { kind: 'foreign' } : { kind: 'pages', pages };
}
