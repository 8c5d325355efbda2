import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** The last line that `npm start -- --exit --json` prints. */
interface Result {
  readonly updates: readonly {
    readonly complete: boolean;
    readonly matched: number;
    readonly told: number;
  }[];
  readonly duplicates: number;
  readonly missed: number;
  readonly outsideAudience: number;
  readonly inversions: number;
  readonly faults: readonly string[];
  readonly accepted: number;
}

/** Runs the laptop stack as a newcomer would: the synthesized template, the real bundles, every engine. */
async function npmStart(
  ...flags: string[]
): Promise<{ code: number | null; result: Result; errors: string }> {
  const child = spawn(
    process.execPath,
    ['local/start.ts', '--exit', '--json', '--sweep-every', '2', ...flags],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const last = output.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{'))
    throw new Error(`Expected a JSON object as the last line, got ${last}\n${errors}`);
  return { code, result: JSON.parse(last) as Result, errors }; // our own command prints it
}

const CLEAN = { duplicates: 0, missed: 0, outsideAudience: 0, inversions: 0, faults: [] };

describe('npm start', () => {
  it('replays the incident and tells everybody once, each update in its turn', {
    timeout: 90_000,
  }, async () => {
    const { code, result, errors } = await npmStart('--subscribers', '120');
    expect(result, errors).toMatchObject(CLEAN);
    expect(result.updates.map(({ complete }) => complete)).toEqual([true, true, true, true, true, true]);
    expect(result.accepted).toBe(result.updates.reduce((sum, { told }) => sum + told, 0));
    expect(code).toBe(0);
  });

  it('with all six updates at once and every message shuffled and delivered twice', {
    timeout: 90_000,
  }, async () => {
    const { code, result, errors } = await npmStart('--subscribers', '120', '--together', '--disorder', '7');
    expect(result, errors).toMatchObject(CLEAN);
    expect(result.updates.every(({ complete }) => complete)).toBe(true);
    expect(code).toBe(0);
  });
});
