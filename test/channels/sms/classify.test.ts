import { describe, expect, test } from 'vitest';
import { classify } from '../../../shared/channels/sms/classify.ts';

const NOW = Date.UTC(2026, 0, 1, 18);
const error = (status: number, code?: number) => Object.assign(new Error('x'), { status, code });
const socket = (code: string) => Object.assign(new Error('x'), { code });
const MIDNIGHT = 6 * 3_600_000;

describe('an error of messages.create', () => {
  test.each([
    [error(429), 'backoff sender 1000'],
    [error(429, 20429), 'backoff sender 1000'],
    [error(500), 'inDoubt'],
    [error(503, 20500), 'inDoubt'],
    [error(401, 20003), 'halt 300000'],
    [error(401), 'halt 300000'],
    [error(403, 20005), 'halt 300000'],
    [error(403, 20008), 'halt 300000'],
    [error(400, 21610), 'quarantine recipient'],
    [error(400, 21211), 'quarantine recipient'],
    [error(400, 21614), 'quarantine recipient'],
    [error(400, 21635), 'quarantine recipient'],
    [error(400, 21217), 'quarantine recipient'],
    [error(400, 21408), 'drop'],
    [error(400, 21612), 'drop'],
    [error(400, 30649), 'drop'],
    [error(400, 21608), 'drop'],
    [error(400, 21606), 'halt 300000'],
    [error(400, 21401), 'halt 300000'],
    [error(400, 21603), 'halt 300000'],
    [error(400, 21703), 'halt 300000'],
    [error(400, 21617), 'drop'],
    [error(400, 21602), 'drop'],
    [error(429, 21611), 'backoff sender 600000'],
    [error(429, 30001), 'backoff sender 600000'],
    [error(429, 14107), 'drop'],
    [error(429, 30022), 'backoff sender 60000'],
    [error(429, 63038), `backoff sender ${MIDNIGHT}`],
    [error(429, 60728), 'backoff sender 3600000'],
    [error(400, 30450), 'quarantine recipient'],
    [error(400, 30453), 'quarantine recipient'],
    [error(400, 99999), 'retry'],
    [error(404), 'halt 300000'],
    [error(403), 'halt 300000'],
    [error(404, 20404), 'halt 300000'],
    [error(403, 20006), 'halt 300000'],
    [error(400, 21609), 'halt 300000'],
    [error(400, 21660), 'halt 300000'],
    [error(400, 21701), 'halt 300000'],
    [error(400, 21704), 'halt 300000'],
    [error(400, 21705), 'halt 300000'],
    [error(400, 30002), 'halt 300000'],
    [socket('ENOTFOUND'), 'backoff sender 1000'],
    [socket('CONNECT_TIMEOUT'), 'backoff sender 1000'],
    [socket('ECONNREFUSED'), 'backoff sender 1000'],
    [socket('ECONNRESET'), 'inDoubt'],
    [socket('ETIMEDOUT'), 'inDoubt'],
    [new SyntaxError('Unexpected token'), 'inDoubt'],
    [undefined, 'inDoubt'],
  ])('%o is %s', (given, expected) => {
    const { cause: _, ...outcome } = { cause: '', ...classify(given, NOW) };
    expect(Object.values(outcome).join(' ')).toBe(expected);
  });

  test('names the code in its cause', () => {
    expect(classify(error(400, 21610), NOW)).toMatchObject({ cause: 'sms.21610' });
  });
});
