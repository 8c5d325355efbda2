import type { FormatAbout } from '../about.ts';

export const teamsAbout = {
  name: 'teams',
  label: 'Microsoft Teams',
  chat: {
    owns: ({ hostname }) =>
      hostname.endsWith('.logic.azure.com') ||
      hostname.endsWith('.powerplatform.com') ||
      hostname.endsWith('.powerautomate.com'),
    example: 'https://prod-00.westeurope.logic.azure.com/workflows/…',
  },
} satisfies FormatAbout;
