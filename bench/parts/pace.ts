import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import { callSize, rateNow, UNUSED } from '../../shared/domain/pace.ts';
import { contender } from '../contenders/contenders.ts';
import { figure } from '../report/table.ts';
import { openSession } from '../session/session.ts';
import type { Part } from './part.ts';

/** What a provider's call takes here: without it one call at a time would do. */
const LATENCY_MS = 50;

/**
 * A provider that takes so many a second, says so where it can be asked (SES), and refuses what is over: how much of its rate
 * is used, how much of what the product allows itself (decision 41), and how often it refuses.
 */
export const pace: Part = async ({ engines, built, quick, progress }) => {
  const seconds = quick ? 8 : 30;
  const situations: readonly (readonly [Channel, number])[] = quick
    ? [['email', 200]]
    : [
        ['email', 50],
        ['email', 500],
        ['sms', 50],
      ];
  const figures: unknown[] = [];
  const lines: string[][] = [];
  for (const [channel, perSecond] of situations) {
    const rows = perSecond * seconds;
    const what = `${channel}, ${perSecond} a second`;
    const canAsk = channel === 'email';
    const allowed = rateNow({ ...UNUSED, limit: perSecond }, { setting: perSecond, canAsk }, 0) ?? perSecond;
    await engines.setRules({ latencyMs: LATENCY_MS, perSecond });
    const session = await openSession({
      engines,
      built,
      contender: contender('ours'),
      channel,
      rows,
      ...(!canAsk && { perSecond }),
      onProgress: (told) => progress(what, told / rows),
    });
    try {
      const f = await session.run();
      const calls = (f.aws.calls['ses.SendBulkEmail'] ?? 0) + (f.aws.calls['twilio.Messages'] ?? 0);
      // The first call begins the time: what it carries is not part of it.
      const first = callSize(CHANNEL_SIZING[channel].windowSize, allowed);
      const rate = ((f.told - first) * 1_000) / (f.lastMs - f.firstMs);
      figures.push({ ...f, channel, limit: perSecond, allowed, rate });
      lines.push([
        what,
        figure(f.told),
        figure(f.lastMs / 1_000),
        figure(rate),
        `${figure((rate / allowed) * 100)} %`,
        `${figure((rate / perSecond) * 100)} %`,
        `${figure((f.throttledCalls / calls) * 100)} %`,
        figure(f.repeated),
        figure(f.lost),
      ]);
    } finally {
      progress(what, 1);
      await session.close();
      await engines.setRules({ latencyMs: 0 });
    }
  }
  return {
    figures,
    tables: [
      {
        id: 'pace',
        title: `Paced to the rate that the provider takes, calls of ${LATENCY_MS} ms, one run each`,
        columns: [
          '',
          'told',
          'last s',
          'a second',
          'of what we allow ourselves',
          'of the provider’s rate',
          'calls refused',
          'told twice',
          'lost',
        ],
        rows: lines,
      },
    ],
  };
};
