import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { CHANNELS } from '../../local/demo/channel.ts';
import { FICTIONAL_PHONES, fictionalPhone } from '../../local/demo/fictional-phones.ts';
import {
  addressOf,
  type DemoSubscriber,
  demoSubscribers,
  MOST_SUBSCRIBERS,
} from '../../local/demo/subscribers.ts';

function generate(count: number, seed?: number): readonly DemoSubscriber[] {
  return demoSubscribers({
    count,
    incident: 'the-incident',
    teams: ['T0AAA', 'T0BBB'],
    webhookBase: 'http://127.0.0.1:1',
    ...(seed === undefined ? {} : { seed }),
  });
}

function on(channel: DemoSubscriber['channel'], subscribers: readonly DemoSubscriber[]): number {
  return subscribers.filter((subscriber) => subscriber.channel === channel).length;
}

test('the same seed generates the same subscribers, another seed others', () => {
  expect(generate(500)).toEqual(generate(500));
  expect(generate(500, 1)).not.toEqual(generate(500, 2));
  expect(generate(2_000).slice(0, 500)).toEqual(generate(500));
});

test('no two have the same address', () => {
  const addresses = generate(20_000).map((subscriber) => `${subscriber.channel} ${addressOf(subscriber)}`);
  expect(new Set(addresses).size).toBe(20_000);
});

test('the channels have their shares, and even four subscribers use all of them', () => {
  const subscribers = generate(2_000);
  expect(CHANNELS.map((channel) => on(channel, subscribers))).toEqual([1_100, 300, 300, 300]);
  expect(CHANNELS.map((channel) => on(channel, generate(4)))).toEqual([1, 1, 1, 1]);
});

test('their wishes range over all kinds', () => {
  const subscribers = generate(2_000);
  const share = (isMeant: (subscriber: DemoSubscriber) => unknown) =>
    subscribers.filter(isMeant).length / subscribers.length;

  expect(share(({ components, groups, incidents }) => !components && !groups && !incidents)).toBeCloseTo(
    0.4,
    1,
  );
  expect(share(({ components }) => components?.length === 1)).toBeGreaterThan(0.05);
  expect(share(({ components }) => components && components.length > 1)).toBeGreaterThan(0.1);
  expect(share(({ groups }) => groups)).toBeGreaterThan(0.1);
  expect(share(({ components, groups }) => components && groups)).toBeGreaterThan(0.02);
  expect(share(({ incidents }) => incidents?.includes('the-incident'))).toBeGreaterThan(0.02);
  expect(share(({ incidents }) => incidents && !incidents.includes('the-incident'))).toBeGreaterThan(0.005);
});

test('Slack conversations are spread over the workspaces', () => {
  const teams = generate(400).flatMap((subscriber) =>
    subscriber.channel === 'slack' ? [subscriber.team] : [],
  );
  expect(teams.filter((team) => team === 'T0AAA')).toHaveLength(30);
  expect(teams.filter((team) => team === 'T0BBB')).toHaveLength(30);
});

test('every phone number is fictional, and one that libphonenumber takes for a mobile', () => {
  for (let n = 0; n < FICTIONAL_PHONES; n += 37) {
    const phone = fictionalPhone(n);
    expect(phone).toMatch(/^\+1\d{3}55501\d\d$/);
    const parsed = parsePhoneNumberFromString(phone);
    expect(parsed?.isValid()).toBe(true);
    expect(parsed?.getType()).toBe('FIXED_LINE_OR_MOBILE');
  }
  expect(() => fictionalPhone(FICTIONAL_PHONES)).toThrow(RangeError);
});

test('there are phone numbers for the most subscribers that the demo takes', () => {
  expect(on('sms', generate(MOST_SUBSCRIBERS))).toBe(FICTIONAL_PHONES);
});
