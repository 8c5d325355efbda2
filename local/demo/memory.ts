/** Largest resident sets so far, in MiB. */
export interface PeakMemory {
  /** This process: engines, stand-ins, poller and what they hold of every message. */
  readonly laptop: number;
  /** The largest process of each function. */
  readonly functions: Readonly<Record<string, number>>;
}

/** @param statistics by function, as the stack counts. */
export function peakMemory(statistics: Readonly<Record<string, { readonly peakRssMb: number }>>): PeakMemory {
  return {
    laptop: Math.round(process.resourceUsage().maxRSS / 1_024),
    functions: Object.fromEntries(
      Object.entries(statistics).map(([name, { peakRssMb }]) => [name, Math.round(peakRssMb)]),
    ),
  };
}

/** "engines and stand-ins 412 MB; functions: deliver-email 121 MB, ..." without those that never ran. */
export function memoryLine({ laptop, functions }: PeakMemory): string {
  const ran = Object.entries(functions).filter(([, megabytes]) => megabytes > 0);
  const each = ran.map(([name, megabytes]) => `${name} ${megabytes}`).join(', ');
  return `engines and stand-ins ${laptop} MB; functions at most (MB): ${each}`;
}
