import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { ContenderProcess } from '../process/fork-contender.ts';

/** The processes of the sending function, each in its place. */
export async function hire(places: number, start: () => Promise<ContenderProcess>) {
  const working: (ContenderProcess | undefined)[] = await Promise.all(Array.from({ length: places }, start));
  const busy = new Map<ContenderProcess, number>();
  const starting = new Set<Promise<void>>();
  const present = () => working.filter((process) => process !== undefined);

  return {
    at: (place: number) => working[place],
    isBusy(place: number) {
      const process = working[place];
      return process !== undefined && (busy.get(process) ?? 0) > 0;
    },
    replace(place: number) {
      const victim = working[place];
      working[place] = undefined;
      const replaced = Promise.resolve(victim?.kill())
        .then(start)
        .then((process) => {
          working[place] = process;
        })
        .finally(() => starting.delete(replaced));
      starting.add(replaced);
    },
    async invoke(place: number, event: SQSEvent): Promise<SQSBatchResponse> {
      const process = working[place];
      if (process === undefined) throw new Error(`Expected a sender in place ${place}, found none`);
      busy.set(process, (busy.get(process) ?? 0) + 1);
      try {
        return await process.ask<SQSBatchResponse>({ ask: 'invoke', event, remainingMs: 60_000 });
      } finally {
        busy.set(process, (busy.get(process) ?? 1) - 1);
      }
    },
    async usage() {
      const usages = await Promise.all(present().map((process) => process.usage()));
      return {
        cpuMs: usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
        peakRssMb: Math.max(0, ...usages.map(({ peakRssMb }) => peakRssMb)),
      };
    },
    logBytes: () => present().reduce((sum, process) => sum + process.logBytes(), 0),
    async dismiss() {
      await Promise.allSettled(starting);
      await Promise.all(present().map((process) => process.kill()));
    },
  };
}
