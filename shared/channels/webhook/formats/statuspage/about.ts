import type { FormatAbout } from '../about.ts';

export const statuspageAbout = {
  name: 'statuspage',
  label: 'Atlassian Statuspage',
} satisfies FormatAbout;
