import type { FormatAbout } from '../about.ts';

export const cloudEventsAbout = {
  name: 'cloudevents',
  label: 'CloudEvents 1.0',
} satisfies FormatAbout;
