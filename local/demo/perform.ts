import { audienceSize, audiences } from './audience.ts';
import { BATCH_INCIDENT } from './batch-incident.ts';
import { BATCH_PAGE } from './batch-page.ts';
import { CHANNELS } from './channel.ts';
import type { FrontDoor } from './front-door.ts';
import { outlookLine } from './outlook-line.ts';
import { startProgress } from './progress.ts';
import type { Receipt } from './receipt.ts';
import { replay, toldLine } from './replay.ts';
import { seed } from './seed.ts';
import { demoSubscribers } from './subscribers.ts';
import type { Terminal } from './terminal.ts';
import { type Accepted, judge, type Verdict } from './verdict.ts';

/** What the demo asks of the stand-ins: where they are, and what they accepted. */
export interface Stands {
  /** Slack workspaces that have tokens. */
  readonly teams: readonly string[];
  readonly webhookBase: string;
  registerWebhook(url: string, secret: string): void;
  accepted(): readonly Accepted[];
}

export interface Performance {
  /** One per published update, in order. */
  readonly receipts: readonly Receipt[];
  readonly verdict: Verdict;
  /** Messages that the stand-ins accepted. */
  readonly accepted: number;
  readonly seedSeconds: number;
  readonly replaySeconds: number;
}

/** At most one line about what is still to come in so long. */
const OUTLOOK_EVERY_MS = 5_000;

function sayNowAndThen(say: (line: string) => void): (receipt: Receipt) => void {
  let saidAt = Date.now();
  return (receipt) => {
    const now = Date.now();
    const line = now - saidAt < OUTLOOK_EVERY_MS ? undefined : outlookLine(receipt, now);
    if (line === undefined) return;
    saidAt = now;
    say(line);
  };
}

/** Seeds the page, replays its incident before the watcher's eyes, and judges what came of it. */
export async function perform(options: {
  readonly door: FrontDoor;
  readonly stands: Stands;
  readonly subscribers: number;
  readonly together: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}): Promise<Performance> {
  const { door, stands, together, terminal, signal } = options;
  const check = terminal.style('green', '✔');
  const [first] = BATCH_INCIDENT;
  const subscribers = demoSubscribers({
    count: options.subscribers,
    incident: first?.incident.id ?? '',
    teams: stands.teams,
    webhookBase: stands.webhookBase,
  });

  const seedStartedAt = performance.now();
  terminal.line(
    `\n  Subscribing ${subscribers.length.toLocaleString('en')} to the page "${BATCH_PAGE.name}"`,
  );
  const seeding = startProgress(terminal, [{ name: 'subscribers', total: subscribers.length }]);
  try {
    await seed({
      door,
      page: BATCH_PAGE,
      subscribers,
      registerWebhook: stands.registerWebhook,
      onSeeded: (count) => seeding.set('subscribers', count),
    });
  } finally {
    seeding.stop();
  }

  const replayStartedAt = performance.now();
  const expected = audiences(BATCH_PAGE, BATCH_INCIDENT, subscribers);
  terminal.line();
  terminal.line(
    `  Replaying "${first?.incident.name}" of 13 October 2021 in ${BATCH_INCIDENT.length} updates`,
  );
  const bars = startProgress(
    terminal,
    CHANNELS.map((channel) => ({
      name: channel,
      total: expected.reduce((sum, audience) => sum + audienceSize(audience, channel), 0),
    })),
  );
  let receipts: readonly Receipt[];
  try {
    receipts = await replay({
      door,
      page: BATCH_PAGE.id,
      updates: BATCH_INCIDENT,
      together,
      signal,
      watcher: {
        onProgress: (channel, ended) => bars.set(channel, ended),
        onTold: (...told) => bars.note(`  ${check} ${toldLine(...told)}`),
        onOutlook: sayNowAndThen((line) => bars.note(`    ${line}`)),
        onAllTold: () => bars.note('    All are told: waiting for the sweeper to close the receipts'),
      },
    });
  } finally {
    bars.stop();
  }

  const accepted = stands.accepted();
  return {
    receipts,
    verdict: judge({ audiences: expected, accepted, receipts }),
    accepted: accepted.length,
    seedSeconds: (replayStartedAt - seedStartedAt) / 1_000,
    replaySeconds: (performance.now() - replayStartedAt) / 1_000,
  };
}
