import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it, test } from 'vitest';
import { type Providers, startProviders } from '../../../local/providers/start-providers.ts';
import { createEmailSender } from '../../../shared/channels/email/create-email-sender.ts';
import { quotaUsedPercent } from '../../../shared/channels/email/quota.ts';
import { createSubscriberLinks } from '../../../shared/subscriptions/links.ts';
import { delivery } from '../deliveries.ts';
import { seedAnnouncement } from '../seed.ts';

describe('the share of the quota of a day that is used', () => {
  test.each([
    ['none', { Max24HourSend: 200, SentLast24Hours: 0 }, 0],
    ['most', { Max24HourSend: 50_000, SentLast24Hours: 46_000 }, 92],
    ['more than all, after the quota was lowered', { Max24HourSend: 200, SentLast24Hours: 300 }, 150],
    ['unlimited', { Max24HourSend: -1, SentLast24Hours: 46_000 }, undefined],
    ['nothing may be sent', { Max24HourSend: 0, SentLast24Hours: 0 }, undefined],
    ['unknown', {}, undefined],
    ['no answer', undefined, undefined],
  ])('%s', (_, quota, expected) => {
    expect(quotaUsedPercent(quota)).toBe(expected);
  });
});

describe('a sender that asks for its rate', () => {
  let providers: Providers;
  afterEach(() => providers.stop());

  async function ask(dailyMails?: number) {
    providers = await startProviders({ rates: { email: 14 }, ...(dailyMails && { dailyMails }) });
    const noted: number[] = [];
    const sender = createEmailSender({
      ses: new SESv2Client({
        endpoint: providers.urls.ses,
        region: 'eu-west-1',
        maxAttempts: 1,
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      }),
      from: 'Batch Status <status@notify.example>',
      configurationSet: 'main',
      links: createSubscriberLinks({ publicUrl: 'https://api.example', linkKey: 'k'.repeat(40) }),
      calendarUrl: () => 'https://api.example/maintenance.ics',
      noteQuota: (percent) => noted.push(percent),
      now: Date.now,
    });
    const recipient = delivery<'email'>({ channel: 'email', email: 'u0@example.com' }, { n: 0 });
    await sender.send(seedAnnouncement(1), [recipient]);
    return { limit: await sender.askLimit?.(), noted };
  }

  it('notes how much of the day is used', async () => {
    expect(await ask(4)).toEqual({ limit: 14, noted: [25] });
  });

  it('notes nothing where the day has no limit', async () => {
    expect(await ask()).toEqual({ limit: 14, noted: [] });
  });
});
