import type { FormatAbout } from '../about.ts';

export const slackWebhookAbout = {
  name: 'slack-webhook',
  label: 'Slack incoming webhook',
  chat: {
    owns: ({ hostname, pathname }) =>
      /^hooks\.slack(-gov)?\.com$/.test(hostname) && pathname.startsWith('/services/'),
    example: 'https://hooks.slack.com/services/T…/B…/…',
  },
} satisfies FormatAbout;
