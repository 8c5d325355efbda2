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

/** "engines and stand-ins 412 MB; the largest function process 141 MB (DeliverEmailFunction)" */
export function memoryLine({ laptop, functions }: PeakMemory): string {
  const [[name, megabytes] = ['', 0]] = Object.entries(functions).sort(([, a], [, b]) => b - a);
  return `Peak memory: engines and stand-ins ${laptop} MB; the largest function process ${megabytes} MB (${name})`;
}
