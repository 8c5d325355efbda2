import { CHANNELS } from '../../shared/domain/channel.ts';
import { contender } from '../contenders/contenders.ts';
import { awsCallsPerNotification } from '../cost.ts';
import { figure } from '../report/table.ts';
import { measure, type Part } from './part.ts';

/** Ours on each channel, with what a call of its provider takes: text messages and webhooks go out one by one. */
export const channels: Part = async (surroundings) => {
  const rows = surroundings.quick ? 400 : 2_000;
  const runs = surroundings.quick ? 1 : 3;
  const figures: unknown[] = [];
  const lines: string[][] = [];
  for (const channel of CHANNELS) {
    const f = await measure(surroundings, `by ${channel}`, runs, {
      contender: contender('ours'),
      channel,
      rows,
    });
    figures.push({ channel, ...f });
    lines.push([
      channel,
      figure(awsCallsPerNotification(f)),
      figure(f.aws.writeUnits / f.told),
      figure(f.aws.readUnits / f.told),
      figure(f.sendCpuMs / f.told),
      figure(f.perSecond),
      figure(f.peakRssMb),
      figure(f.repeated),
      figure(f.lost),
    ]);
  }
  return {
    figures,
    tables: [
      {
        id: 'channels',
        title: `Ours on each channel: ${figure(rows)} subscribers`,
        columns: [
          '',
          'AWS calls each',
          'write units each',
          'read units each',
          'CPU ms each',
          'per second',
          'sender peak MB',
          'told twice',
          'lost',
        ],
        rows: lines,
      },
    ],
  };
};
