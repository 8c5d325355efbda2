import { describe, expect, it } from 'vitest';
import { checkSettings, type Settings, SettingsError } from '../../cdk/check-settings.ts';
import { buildApp } from '../../cdk/compose-app.ts';
import { settings as shipped } from '../../cdk/settings.ts';
import { SETTINGS } from '../settings.ts';

function faultsOf(settings: Settings): readonly string[] {
  try {
    checkSettings(settings);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

const BROKEN: Settings = {
  pageUrl: 'http://status.batch.test',
  publicUrl: 'https://notify.batch.test/',
  email: {
    from: 'status@batch.test',
    identity: 'batch',
    replyTo: 'nobody',
    postalAddress: 'two\nlines',
    // As an operator without a type checker would write it.
    onDoubt: 'twice' as 'resend',
  },
  sms: { countries: ['FR', 'fr', 'United Kingdom'], dailyBudget: 1.5, dailyBudgetOfPage: 2, maxSegments: 0 },
  channels: {
    email: { on: false, perSecond: 0 },
    sms: { on: false, perSecond: -1 },
    slack: { on: false, perSecond: Number.NaN },
    webhook: { on: false, perSecond: 10_001 },
  },
  alarmEmail: 'oncall',
  logRetentionDays: 31,
  eventBusName: 'a bus',
};

describe('checkSettings', () => {
  it('passes the settings of the repository and of the tests', () => {
    expect(faultsOf(shipped)).toEqual([]);
    expect(checkSettings(SETTINGS)).toBe(SETTINGS);
  });

  it('reports all faults at once, each with what was expected and what was got', () => {
    expect(faultsOf(BROKEN)).toEqual([
      'Expected `pageUrl` to be an https URL without a trailing slash, query or fragment, got "http://status.batch.test".',
      'Expected `publicUrl` to be https and a host in lower case, without a path or a trailing slash, got "https://notify.batch.test/".',
      'Expected `email.from` to be `Name <local@domain>`, got "status@batch.test".',
      'Expected `email.identity` to be the sender\'s address, its domain or a parent domain, got "batch".',
      'Expected `email.replyTo` to be an email address `local@domain`, got "nobody".',
      'Expected `email.postalAddress` to be one line of at most 200 characters, got "two\\nlines".',
      'Expected `email.onDoubt` to be resend or leave, got "twice".',
      'Expected `sms.countries` to be ISO 3166 country codes in capitals, got ["FR","fr","United Kingdom"].',
      'Expected `sms.dailyBudget` to be a whole number from 0 to 100000, got 1.5.',
      'Expected `sms.dailyBudgetOfPage` to be a whole number from 0 to sms.dailyBudget, got 2.',
      'Expected `sms.maxSegments` to be a whole number from 1 to 10, got 0.',
      'Expected `channels.email.perSecond` to be more than 0 and at most 10000, got 0.',
      'Expected `channels.sms.perSecond` to be more than 0 and at most 10000, got -1.',
      'Expected `channels.slack.perSecond` to be more than 0 and at most 10000, got NaN.',
      'Expected `channels.webhook.perSecond` to be more than 0 and at most 10000, got 10001.',
      'Expected `channels` to be at least one channel that is on, got [].',
      'Expected `alarmEmail` to be an email address `local@domain`, got "oncall".',
      expect.stringMatching(/^Expected `logRetentionDays` to be one of 1, 3, 5, 7, .*, got 31\.$/),
      'Expected `eventBusName` to be a bus name of [/.-_A-Za-z0-9]{1,256}, got "a bus".',
    ]);
  });

  it.each([
    ['Batch <status@batch.test>', 'batch.test', true],
    ['Batch <status@batch.test>', 'status@batch.test', true],
    ['Batch <status@mail.batch.test>', 'batch.test', true],
    ['Batch: Status, "live" <status@batch.test>', 'batch.test', false],
    ['Batch\r\nBcc: all@batch.test <status@batch.test>', 'batch.test', false],
    ['Batch <status@otherbatch.test>', 'batch.test', false],
    ['Batch <status@batch.test>', 'mail.batch.test', false],
    ['Büro für Status <status@batch.test>', 'batch.test', true],
  ])('sender %j as identity %s: %s', (from, identity, fine) => {
    expect(faultsOf({ ...SETTINGS, email: { ...SETTINGS.email, from, identity } }).length === 0).toBe(fine);
  });

  it.each([
    ['https://notify.batch.test', true],
    ['https://notify.batch.test:8443', true],
    ['https://notify.batch.test/fanout', false],
    ['https://Notify.batch.test', false],
    ['https://user@notify.batch.test', false],
    ['https://notify.batch.test?a=1', false],
    ['http://notify.batch.test', false],
    ['notify.batch.test', false],
  ])('publicUrl %s: %s', (publicUrl, fine) => {
    expect(faultsOf({ ...SETTINGS, publicUrl }).length === 0).toBe(fine);
  });

  it('stops synthesis before anything is built', async () => {
    await expect(buildApp(BROKEN)).rejects.toThrow(SettingsError);
    await expect(buildApp(BROKEN)).rejects.toThrow(/has 19 fault\(s\):\n {2}- Expected/);
  });
});
