/** Names of V8's limits, in either spelling. */
const LIMITS = /--max[-_](semi|old)[-_]space[-_]size/;

/**
 * The limits that Lambda's runtime starts Node.js with: a tenth of the memory is not old heap. None where `NODE_OPTIONS` sets
 * one, because then the runtime leaves both alone; as arguments they would be stronger.
 */
export function heapLimits(memoryMb: number, nodeOptions = ''): readonly string[] {
  if (LIMITS.test(nodeOptions)) return [];
  const tenth = Math.floor(memoryMb / 10);
  return [`--max-old-space-size=${memoryMb - tenth}`, `--max-semi-space-size=${Math.floor(tenth / 2)}`];
}
