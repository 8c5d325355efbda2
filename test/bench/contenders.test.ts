import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildAll } from '../../bench/build.ts';
import { type ContenderSpec, contender } from '../../bench/contenders/contenders.ts';
import { IDEMPOTENCY_TABLE, LEDGER_TABLE } from '../../bench/contenders/tables.ts';
import { awsCallsPerNotification } from '../../bench/cost.ts';
import { type Engines, startEngines } from '../../bench/engines/start-engines.ts';
import type { Figures } from '../../bench/session/figures.ts';
import { DidNotFinish } from '../../bench/session/in-time.ts';
import { openSession, type SessionOptions } from '../../bench/session/session.ts';

const ROWS = 100;
const directory = mkdtempSync(join(tmpdir(), 'incident-fanout-bench-test-'));
let engines: Engines;
let built: Built;

beforeAll(async () => {
  [engines, built] = await Promise.all([startEngines(), buildAll(directory)]);
  for (const table of [LEDGER_TABLE, IDEMPOTENCY_TABLE]) await engines.createTable(table);
});

afterAll(async () => {
  await engines?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Two updates, of which the second is counted: the first fills caches and learns the provider's rate. */
async function measure(name: ContenderSpec['name'], options: Partial<SessionOptions> = {}): Promise<Figures> {
  const session = await openSession({ engines, built, contender: contender(name), rows: ROWS, ...options });
  try {
    await session.run();
    return await session.run();
  } finally {
    await session.close();
  }
}

function expectEverybodyTold({ told, expected, repeated, lost }: Figures): void {
  expect({ told, repeated, lost }).toEqual({ told: expected, repeated: 0, lost: 0 });
}

describe('the benchmark counts what arrives at the engines', () => {
  it('of ours: a call of SES for every fifty, and less than half a call of AWS for each', async () => {
    const figures = await measure('ours');
    expectEverybodyTold(figures);
    const { calls } = figures.aws;
    expect(calls['ses.SendBulkEmail']).toBe(2);
    expect(calls['ses.SendEmail']).toBeUndefined();
    expect(awsCallsPerNotification(figures)).toBeLessThan(0.5);
    expect(figures.aws.writeUnits).toBeLessThan(ROWS / 2);
  });

  it('of ours: nobody whom the update does not concern', async () => {
    const figures = await measure('ours', { match: 0.1 });
    expect(figures.expected).toBe(ROWS / 10);
    expectEverybodyTold(figures);
  });

  it('of A: it looks, sends and notes for each', async () => {
    const figures = await measure('A');
    expectEverybodyTold(figures);
    const { calls, writeUnits } = figures.aws;
    expect(calls['dynamodb.GetItem']).toBe(ROWS);
    expect(calls['dynamodb.PutItem']).toBe(ROWS);
    expect(calls['ses.SendEmail']).toBe(ROWS);
    expect(calls['sqs.SendMessageBatch']).toBe(ROWS / 10);
    expect(writeUnits).toBe(ROWS);
  });

  it('of A2: two writes for each', async () => {
    const figures = await measure('A2');
    expectEverybodyTold(figures);
    expect(figures.aws.calls['ses.SendEmail']).toBe(ROWS);
    expect(figures.aws.writeUnits).toBe(2 * ROWS);
  });

  it('of B: a row for each, a call of SES for every fifty', async () => {
    const figures = await measure('B');
    expectEverybodyTold(figures);
    expect(figures.aws.calls['ses.SendBulkEmail']).toBe(ROWS / 50);
    expect(figures.aws.writeUnits).toBe(ROWS);
  });
});

describe('a run', () => {
  it('that takes longer than it may is given up, and its processes end all the same', async () => {
    // Nobody takes the messages.
    const session = await openSession({
      engines,
      built,
      contender: contender('A'),
      rows: ROWS,
      senders: 0,
      limitMs: 300,
    });
    await expect(session.run()).rejects.toThrow(DidNotFinish);
    await session.close();
  });
});
