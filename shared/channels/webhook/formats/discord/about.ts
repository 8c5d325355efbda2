import type { FormatAbout } from '../about.ts';

export const discordAbout = {
  name: 'discord',
  label: 'Discord',
  chat: {
    owns: ({ hostname, pathname }) =>
      /^((ptb|canary)\.)?discord(app)?\.com$/.test(hostname) && /^\/api\/(v\d+\/)?webhooks\//.test(pathname),
    example: 'https://discord.com/api/webhooks/123/abc',
  },
} satisfies FormatAbout;
