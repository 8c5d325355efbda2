import type { Rush } from './rush.ts';

const all = [{ subscribers: 100_000 }];

/** The situations that pacing is measured in: 100,000 deliveries each unless said otherwise. */
export const RUSHES: Readonly<Record<string, Rush>> = {
  'email 500/s, ten processes': { channel: 'email', takes: 500, pages: all },
  'email 500/s, one process': { channel: 'email', takes: 500, pages: all, processes: 1 },
  'email 500/s, three processes': { channel: 'email', takes: 500, pages: all, processes: 3 },
  'email 500/s, set by the operator': { channel: 'email', takes: 500, setting: 450, pages: all },
  'email 50/s': { channel: 'email', takes: 50, pages: all },
  'email 14/s': { channel: 'email', takes: 14, pages: all },
  'email 5,000/s': { channel: 'email', takes: 5_000, pages: all },
  'email 500/s, two pages at once': {
    channel: 'email',
    takes: 500,
    pages: [{ subscribers: 50_000 }, { subscribers: 50_000 }],
  },
  'email 50/s, a small page in the middle': {
    channel: 'email',
    takes: 50,
    pages: [{ subscribers: 100_000 }, { subscribers: 10, publishedAfterMs: 600_000 }],
  },
  'email 500/s, one in a hundred concerned': {
    channel: 'email',
    takes: 500,
    pages: [{ subscribers: 100_000 }],
    matching: 0.01,
  },
  'email 500/s, clocks a second apart': { channel: 'email', takes: 500, pages: all, skewMs: 1_000 },
  'email 500/s, all killed three times': {
    channel: 'email',
    takes: 500,
    pages: all,
    killAtMs: [30_000, 80_000, 130_000],
  },
  'email 500/s, all queues lost': { channel: 'email', takes: 500, pages: all, wipeAtMs: [60_000] },
  'email 500/s, a flood of sign-ups': { channel: 'email', takes: 500, pages: all, errandsPerSecond: 200 },
  'email 14/s, a flood of sign-ups': {
    channel: 'email',
    takes: 14,
    pages: [{ subscribers: 20_000 }],
    errandsPerSecond: 10,
  },
  'email 50/s, down for 62 minutes': { channel: 'email', takes: 50, pages: all, downMs: [0, 62 * 60_000] },
  'sms 10/s': { channel: 'sms', takes: 10, setting: 10, pages: [{ subscribers: 20_000 }] },
  'sms 100/s': { channel: 'sms', takes: 100, setting: 100, pages: all },
  'sms 100/s, set a third too high': { channel: 'sms', takes: 75, setting: 100, pages: all },
  'webhook 300/s': { channel: 'webhook', takes: 300, setting: 300, pages: all },
  'slack 5/s': { channel: 'slack', takes: 5, setting: 5, pages: [{ subscribers: 5_000 }] },
};
