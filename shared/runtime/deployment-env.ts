import { ENV, QUEUE_URL_ENV, TABLE_ENV } from '../deployment/env.ts';
import { CHANNELS, type Channel } from '../domain/channel.ts';
import type { Rates } from '../fanout/plan.ts';
import type { SmsRules } from '../subscriptions/sign-up.ts';
import type { EnvReader } from './env.ts';

/** The parts of the environment that several functions read. */
export const tablesFrom = (read: EnvReader) => ({
  subscribers: read(TABLE_ENV.subscribers),
  incidents: read(TABLE_ENV.incidents),
  deliveries: read(TABLE_ENV.deliveries),
});

export function queueUrlsFrom(read: EnvReader): Readonly<Record<Channel, string>> {
  return {
    email: read(QUEUE_URL_ENV.email),
    sms: read(QUEUE_URL_ENV.sms),
    slack: read(QUEUE_URL_ENV.slack),
    webhook: read(QUEUE_URL_ENV.webhook),
  };
}

/** The channels that are switched on. */
export function channelsFrom(read: EnvReader): readonly Channel[] {
  const names = parse(ENV.channels, read(ENV.channels));
  return CHANNELS.filter((channel) => Array.isArray(names) && names.includes(channel));
}

/** Deliveries per second by channel; a channel without a number is not paced. */
export function ratesFrom(read: EnvReader): Rates {
  const rates = parse(ENV.rates, read(ENV.rates));
  if (rates === null || typeof rates !== 'object') return {};
  const entries = Object.entries(rates).filter(([, rate]) => typeof rate === 'number' && rate > 0);
  return Object.fromEntries(entries);
}

/** Which countries' numbers may sign up, and how many codes may leave a day. What is no number: none. */
export function smsRulesFrom(read: EnvReader): SmsRules {
  const countries = parse(ENV.smsCountries, read(ENV.smsCountries));
  return {
    countries: Array.isArray(countries)
      ? countries.filter((code): code is string => typeof code === 'string' && /^[A-Z]{2}$/.test(code))
      : [],
    dailyBudget: countIn(read(ENV.smsDailyBudget)),
    dailyBudgetOfPage: countIn(read(ENV.smsDailyBudgetOfPage)),
  };
}

function countIn(text: string): number {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : 0;
}

function parse(name: string, json: string): unknown {
  if (json === '') return undefined; // reported as missing by readEnv
  try {
    return JSON.parse(json);
  } catch {
    throw new Error(`Expected ${name} to be JSON, got something else`);
  }
}
