import type { FormatAbout } from '../about.ts';

export const standardAbout = {
  name: 'standard',
  label: 'Standard Webhooks',
} satisfies FormatAbout;
