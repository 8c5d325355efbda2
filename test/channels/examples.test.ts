import { expect, test } from 'vitest';
import { reasonFor } from '../../shared/channels/email/reason.ts';
import { renderEmail } from '../../shared/channels/email/render.ts';
import { renderReply, renderRoot } from '../../shared/channels/slack/render.ts';
import { renderSms } from '../../shared/channels/sms/render.ts';
import { allFormats } from '../../shared/channels/webhook/formats/registry.ts';
import { delivery } from './deliveries.ts';
import { seedAnnouncement, seedAnnouncements } from './seed.ts';

/** What each update of the seed's incident looks like on each channel, as files that a person can read: test/examples. */
const UPDATES = [
  [1, 'investigating'],
  [2, 'update'],
  [3, 'monitoring'],
  [4, 'update'],
  [5, 'resolved'],
  [6, 'postmortem'],
] as const;

const reader = delivery<'email'>(
  { channel: 'email', email: 'reader@example.com' },
  { scope: { kind: 'selection', components: ['c21'], groups: ['g6', 'g4'], incidents: [] } },
).recipient;

const endpoint = {
  url: 'https://hooks.example/x',
  delivery: 'aaaaaaaaaaaaaaaaaaaaaa',
  unsubscribe: 'https://notify.example/u/v1.example',
};

test.each(UPDATES)('update %i, %s', async (n, status) => {
  const announcement = seedAnnouncement(n);
  const file = (name: string) => `../examples/${n}-${status}.${name}`;
  const { subject, text, html } = renderEmail(
    announcement,
    '62 rue du Faubourg Saint-Martin, 75010 Paris, France',
  );
  const filled = (template: string) =>
    template
      .replaceAll('{{confirm_reason}}', reasonFor(announcement, reader))
      .replaceAll('{{manage_url}}', 'https://notify.example/m/v1.example')
      .replaceAll('{{unsubscribe_url}}', 'https://notify.example/u/v1.example');
  const slack =
    n === 1
      ? { root: renderRoot(announcement) }
      : { root: renderRoot(announcement), reply: renderReply(announcement) };

  await expect(`Subject: ${subject}\n\n${filled(text)}`).toMatchFileSnapshot(file('email.txt'));
  await expect(filled(html)).toMatchFileSnapshot(file('email.html'));
  await expect(`${renderSms(announcement)}\n`).toMatchFileSnapshot(file('sms.txt'));
  await expect(`${JSON.stringify(slack, undefined, 2)}\n`).toMatchFileSnapshot(file('slack.json'));
  const earlier = seedAnnouncements()
    .slice(0, n - 1)
    .map(({ update }) => update);
  for (const { name, format } of allFormats()) {
    const { body } = format({ ...announcement, earlier }, endpoint);
    const json = `${JSON.stringify(JSON.parse(body.toString()), undefined, 2)}\n`;
    await expect(json).toMatchFileSnapshot(
      file(name === 'standard' ? 'webhook.json' : `webhook.${name}.json`),
    );
  }
});
