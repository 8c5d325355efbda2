import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe calls serious or critical, in light and in dark: nothing. Run from outside, as the pages allow no script. */
export async function expectAccessible(tab: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await tab.emulateMedia({ colorScheme });
    await tab.evaluate(axe.source);
    const { violations } = (await tab.evaluate('axe.run()')) as { violations: readonly Violation[] }; // axe's own result
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const found = serious.map(({ id, nodes }) => `${colorScheme}: ${id} at ${nodes[0]?.html ?? 'nowhere'}`);
    expect(found, tab.url().replace(/[^/]{40,}/g, '...')).toEqual([]);
  }
  await tab.emulateMedia({ colorScheme: null });
}
