import type { Channel } from '../messages.ts';
import { Html, html } from './html.ts';

export const CHANNEL_NAMES: Readonly<Record<Channel, string>> = {
  email: 'Email',
  sms: 'SMS',
  slack: 'Slack',
  webhook: 'Webhook',
};

/** One stroke drawing per channel, on a 24-unit grid. */
const PATHS: Readonly<Record<Channel, string>> = {
  email: '<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m3.5 7.5 8.5 6 8.5-6"/>',
  sms: '<path d="M5 4.5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-4.5 3.5v-3.5H5a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2Z"/><path d="M7.5 9h9M7.5 12h5.5"/>',
  slack: '<path d="M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16"/>',
  webhook:
    '<path d="M9 4.5H8a2 2 0 0 0-2 2V9a3 3 0 0 1-2.5 3A3 3 0 0 1 6 15v2.5a2 2 0 0 0 2 2h1M15 4.5h1a2 2 0 0 1 2 2V9a3 3 0 0 0 2.5 3 3 3 0 0 0-2.5 3v2.5a2 2 0 0 1-2 2h-1"/>',
};

/** The channel's mark. Decorative: the channel's name always stands beside it or in its label. */
export function channelIcon(channel: Channel): Html {
  return html`<span class="icon ${channel}" aria-hidden="true"><svg viewBox="0 0 24 24">${new Html(PATHS[channel])}</svg></span>`;
}
