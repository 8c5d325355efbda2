import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SECOND } from '../../shared/domain/time.ts';
import { consoleLog, errorName, type LogEvent } from '../../shared/runtime/log.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { createWorld } from '../fanout/world.ts';

const NOW = Date.UTC(2021, 9, 13, 7, 26);
afterEach(() => vi.restoreAllMocks());

/** What reaches standard output. */
function written(...events: readonly LogEvent[]): string[] {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const log = consoleLog(() => NOW);
  for (const event of events) log(event);
  return lines;
}

const ANSWERED: LogEvent = {
  event: 'chunk.answered',
  page: 'batch',
  incident: 'outage',
  update: 'u1',
  channel: 'email',
  chunk: 0,
  of: 1,
  answer: 'acknowledge',
  told: 50,
  durationMs: 12,
};

describe('a line of the log', () => {
  it('is one JSON object with its level, its time and its event', () => {
    const [line = ''] = written(ANSWERED);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ level: 'INFO', at: '2021-10-13T07:26:00.000Z', ...ANSWERED });
  });

  it('with numbers worth a graph is a metric, whose every name and dimension is in the line', () => {
    const counts = { matched: 3, told: 1, failed: 1, superseded: 0, suppressed: 0, inDoubt: 1, resent: 0 };
    const lines = written(
      ANSWERED,
      { event: 'receipt.closed', page: 'batch', update: 'u1', ...counts, secondsToLast: 2 },
      {
        event: 'sweep.done',
        open: 1,
        rung: 2,
        dueRung: 0,
        closed: 0,
        finished: 0,
        reminded: 0,
        troubles: 0,
        durationMs: 9,
      },
      { event: 'email.quota', emailQuotaPercent: 91.5 },
      { event: 'channel.paused', channel: 'email', paused: 1 },
    );
    for (const text of lines) {
      const line = JSON.parse(text);
      expect(line._aws.Timestamp).toBe(NOW);
      const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
      expect(Namespace).toBe('IncidentFanout');
      expect(Metrics.length).toBeGreaterThan(0);
      for (const name of Dimensions.flat()) expect(line[name]).toEqual(expect.any(String));
      for (const { Name } of Metrics) expect(line[Name]).toEqual(expect.any(Number));
    }
  });

  it('without is none', () => {
    const [line = ''] = written({ event: 'update.refused', source: 'api', code: 'conflict' });
    expect(JSON.parse(line)).not.toHaveProperty('_aws');
  });

  it.each([
    { event: 'doorbell.bug', channel: 'sms', error: 'TypeError', messageId: 'm' },
    { event: 'doorbell.trouble', channel: 'sms', error: 'TimeoutError', messageId: 'm' },
    { event: 'sweep.trouble', page: 'batch', what: 'u1', error: 'TimeoutError' },
    { event: 'request.failed', route: '/v1/pages/:page', error: 'TypeError' },
  ] as const)('of $event is an ERROR', (event) => {
    expect(JSON.parse(written(event)[0] ?? '')).toMatchObject({ level: 'ERROR' });
  });
});

describe('the name of an error', () => {
  it('says its kind and where it arose, never its message', () => {
    const named = errorName(new TypeError('canary@example.com'));
    expect(named).toMatch(/^TypeError at .+log\.test\.ts/);
    expect(named).not.toContain('canary');
  });

  it('holds no message, though it has several lines that look like frames', () => {
    const error = new Error('first\n    at canary@example.com');
    expect(errorName(error)).not.toContain('canary');
  });

  it.each([
    ['text', 'string'],
    [undefined, 'undefined'],
    [{ message: 'canary' }, 'object'],
  ])('of %j, which is none, is %s', (thrown, name) => {
    expect(errorName(thrown)).toBe(name);
  });
});

describe('the log of a whole fan-out', () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());

  it('holds no address, no link, no body and no name, whatever went wrong', async () => {
    const world = createWorld(tables);
    await world.open();
    for (const channel of ['email', 'sms', 'slack', 'webhook'] as const) {
      for (let index = 0; index < 6; index++) await world.subscribe(channel, `canary${index}`);
    }
    world.clock.advance(SECOND);
    let calls = 0;
    world.provider.follow((channel) => {
      calls++;
      if (calls % 7 === 0) return 'crash';
      if (calls % 5 === 0) return { kind: 'quarantine', cause: `${channel}.gone`, scope: 'recipient' };
      return calls % 3 === 0 ? 'acceptThenTimeout' : 'accept';
    });
    const { page: _page, acceptedAt: _at, ...update } = anUpdate({ id: 'u1' });
    const incident = { ...update.incident, name: 'canary of a name' };
    await world.publish({ ...update, incident, body: 'canary of a body' });
    await world.settle();
    const lines = written(...world.log);
    expect(lines.length).toBeGreaterThan(4);
    expect(new Set(world.log.map(({ event }) => event)).size).toBeGreaterThan(1);
    for (const line of lines) expect(line).not.toMatch(/canary|@|\+1555|https?:/i);
    expect(JSON.stringify(world.dead)).not.toMatch(/canary|@|\+1555|https?:/i);
  });
});
