import type { FormatAbout } from '../about.ts';

export const googleChatAbout = {
  name: 'google-chat',
  label: 'Google Chat',
  chat: {
    owns: ({ hostname, pathname }) =>
      hostname === 'chat.googleapis.com' && /^\/v1\/spaces\/[^/]+\/messages$/.test(pathname),
    example: 'https://chat.googleapis.com/v1/spaces/AAA/messages?key=…&token=…',
  },
} satisfies FormatAbout;
