import { afterEach, describe, expect, it, vi } from 'vitest';
import { channelsFrom, ratesFrom } from '../../shared/runtime/deployment-env.ts';
import { readEnv } from '../../shared/runtime/env.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the environment', () => {
  it('reports all that is missing or empty at once, by name, and no value', () => {
    vi.stubEnv('T_ONE', 'canary');
    vi.stubEnv('T_EMPTY', '');
    const reading = () =>
      readEnv((read, optional) => [read('T_ONE'), read('T_EMPTY'), read('T_GONE'), optional('T_OPTIONAL')]);
    expect(reading).toThrow(
      new Error('Expected the environment variables T_EMPTY, T_GONE to be set, got nothing'),
    );
  });

  it('gives what is there, and an empty text for what may be missing', () => {
    vi.stubEnv('T_ONE', 'one');
    expect(readEnv((read, optional) => ({ one: read('T_ONE'), gone: optional('T_GONE') }))).toEqual({
      one: 'one',
      gone: '',
    });
  });
});

describe('the channels that are switched on', () => {
  it.each([
    ['["webhook","email"]', ['email', 'webhook']],
    ['["fax","sms"]', ['sms']],
    ['[]', []],
    ['"email"', []],
    ['null', []],
    ['', []],
  ])('of %j are %j, in the order of receipts', (value, channels) => {
    expect(channelsFrom(() => value)).toEqual(channels);
  });

  it('are no guess: what is no JSON is an error that names the variable', () => {
    expect(() => channelsFrom(() => 'email')).toThrow(/^Expected CHANNELS to be JSON, got/);
  });
});

it.each([
  ['{"email":14,"sms":0.5}', { email: 14, sms: 0.5 }],
  ['{"email":0,"sms":-1,"slack":"5","webhook":null}', {}],
  ['null', {}],
  ['7', {}],
])('rates of %j are %j: what is no number above zero is not paced', (value, rates) => {
  expect(ratesFrom(() => value)).toEqual(rates);
});
