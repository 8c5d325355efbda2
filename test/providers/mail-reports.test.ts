import { DeleteSuppressedDestinationCommand, PutSuppressedDestinationCommand } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../local/providers/faults.ts';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { judge } from '../../shared/feedback/email/judge.ts';
import { parseMailEvent } from '../../shared/feedback/email/mail-event.ts';
import { bulkEmail, sesClient } from './clients.ts';

let providers: Providers;
let events: { eventType: string }[];
beforeEach(async () => {
  providers = await startProviders();
  events = [];
  providers.configureEmail({
    suppresses: (set, reason) => set === 'news' || reason === 'COMPLAINT',
    publish: async (_set, event) => void events.push(event),
  });
});
afterEach(() => providers.stop());

const TAGS = [
  { Name: 'update_id', Value: 'upd-1' },
  { Name: 'page_id', Value: 'acme' },
];
const mail = (to: string, set = 'news') =>
  sesClient(providers).send(bulkEmail([to], { ConfigurationSetName: set, DefaultEmailTags: TAGS }));

/** What our own reader makes of the stand-in's events, in order. */
async function judgements(count: number): Promise<string[]> {
  await expect.poll(() => events.length).toBe(count);
  return events.map((event) => {
    const parsed = parseMailEvent(JSON.stringify(event));
    if ('reason' in parsed) throw new Error(parsed.reason);
    return `${event.eventType}: ${judge(parsed.event).cause}`;
  });
}

test.each([
  ['success@simulator.amazonses.com', ['Send: email.other', 'Delivery: email.other']],
  ['ooto+label@simulator.amazonses.com', ['Send: email.other', 'Delivery: email.other']],
  ['bounce@simulator.amazonses.com', ['Send: email.other', 'Bounce: email.bounced']],
  ['suppressionlist@simulator.amazonses.com', ['Send: email.other', 'Bounce: email.suppressed']],
  [
    'complaint@simulator.amazonses.com',
    ['Send: email.other', 'Delivery: email.other', 'Complaint: email.complaint'],
  ],
])('a mail to %s is taken and reported', async (to, expected) => {
  await mail(to);
  expect(providers.accepted('upd-1')).toHaveLength(1);
  expect(await judgements(expected.length)).toEqual(expected);
});

test('an address on the list is taken, not sent, and reported; one configuration set may leave bounces out', async () => {
  const client = sesClient(providers);
  const address = { EmailAddress: 'ada@example.com' };
  await client.send(new PutSuppressedDestinationCommand({ ...address, Reason: 'BOUNCE' }));
  await mail('ada@example.com');
  expect(providers.accepted()).toEqual([]);
  expect(await judgements(2)).toEqual(['Send: email.other', 'Bounce: email.suppressed']);
  await mail('ada@example.com', 'letters');
  expect(providers.accepted()).toHaveLength(1);
  await client.send(new DeleteSuppressedDestinationCommand(address));
  await mail('ada@example.com');
  expect(providers.accepted()).toHaveLength(2);
  await expect(client.send(new DeleteSuppressedDestinationCommand(address))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test('a scripted bounce befalls its address only', async () => {
  const bounce = { type: 'Permanent', subType: 'General', status: '5.7.26' } satisfies Fault['bounce'];
  providers.script({ channel: 'email', to: 'ada@gmail.com', bounce });
  await mail('ada@gmail.com');
  await mail('bob@gmail.com');
  expect(await judgements(2)).toEqual(['Send: email.other', 'Bounce: email.5.7.26']);
});

test('a mail that cannot be rendered is reported', async () => {
  const command = bulkEmail(['ada@example.com'], { DefaultEmailTags: TAGS });
  const template = command.input.DefaultContent?.Template;
  if (template?.TemplateContent) template.TemplateContent.Text = '{{nobody_says}}';
  await sesClient(providers).send(command);
  expect(await judgements(1)).toEqual(['Rendering Failure: email.rendering_failure']);
});
