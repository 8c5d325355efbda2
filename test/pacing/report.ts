/**
 * How well the fan-out keeps to a provider's rate, in virtual time. `node test/pacing/report.ts [name] [seed]` prints the
 * figures of docs/decisions/0041-the-rate-is-handed-out-as-time.md.
 */

import { runRush } from './rush.ts';
import { RUSHES } from './rushes.ts';

const [only, seed] = process.argv.slice(2);
const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

for (const [name, rush] of Object.entries(RUSHES)) {
  if (only !== undefined && !name.includes(only)) continue;
  const startedAt = performance.now();
  const rushed = await runRush({ ...rush, seed: Number(seed ?? 1) });
  console.log(
    [
      name.padEnd(44),
      `told ${rushed.told}${rushed.untold ? ` UNTOLD ${rushed.untold}` : ''}${rushed.toldTwice ? ` twice ${rushed.toldTwice}` : ''}`,
      `${rushed.seconds.toFixed(0)} s`,
      `used ${percent(rushed.used)} (of provider ${percent(rushed.usedOfProvider)})`,
      `throttled ${percent(rushed.throttled)}`,
      `pace ${rushed.paceWritesPerDelivery.toFixed(4)} + ledger ${rushed.ledgerWritesPerDelivery.toFixed(4)} WRU`,
      `${rushed.messagesPerChunk.toFixed(2)} messages a chunk`,
      `${rushed.processesBusy.toFixed(2)} processes`,
      `${rushed.invocations} invocations`,
      ...(rush.errandsPerSecond ? [`errands ${rushed.errands} of ${rushed.errandsAsked}`] : []),
      `last ${rushed.lastTold.map((s) => s.toFixed(0)).join(', ')} s`,
      `[${((performance.now() - startedAt) / 1_000).toFixed(1)} s]`,
    ].join(' · '),
  );
}
