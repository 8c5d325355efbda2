import { expect, test } from 'vitest';
import type { Announcement } from '../../shared/channels/channel.ts';
import { reasonFor } from '../../shared/channels/email/reason.ts';
import { renderEmail } from '../../shared/channels/email/render.ts';
import { renderReply, renderRoot } from '../../shared/channels/slack/render.ts';
import { linksFor } from '../../shared/channels/sms/link.ts';
import { renderSms } from '../../shared/channels/sms/render.ts';
import { allFormats } from '../../shared/channels/webhook/formats/registry.ts';
import type { PlacedUpdate } from '../../shared/domain/update.ts';
import { writeAtom } from '../../shared/feeds/atom.ts';
import { writeCalendar } from '../../shared/feeds/calendar.ts';
import { feedOf } from '../../shared/feeds/feed.ts';
import { writeJsonFeed } from '../../shared/feeds/json-feed.ts';
import { delivery } from './deliveries.ts';
import { maintenanceAnnouncements } from './maintenance.ts';
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
  const earlier = seedAnnouncements()
    .slice(0, n - 1)
    .map(({ update }) => update);
  await expectExamples(`${n}-${status}`, seedAnnouncement(n), earlier);
});

test.each(maintenanceAnnouncements().map((announcement, index) => [index + 1, announcement] as const))(
  'step %i of a maintenance',
  async (n, announcement) => {
    const { status, reminder } = announcement.update;
    const earlier = maintenanceAnnouncements()
      .slice(0, n - 1)
      .map(({ update }) => update);
    await expectExamples(`maintenance-${n}-${reminder ? 'reminder' : status}`, announcement, earlier);
  },
);

test('the feeds of both', async () => {
  const origin = 'https://notify.example';
  const [first, ...others] = [...seedAnnouncements(), ...maintenanceAnnouncements()].reverse();
  if (first === undefined) throw new Error('Expected announcements');
  const feed = feedOf(first.page, [first, ...others]);
  const { plan } = first.incident;
  if (plan === undefined) throw new Error('Expected a plan');
  await expect(writeAtom(feed, origin)).toMatchFileSnapshot('../examples/feed.atom');
  const json = JSON.stringify(JSON.parse(writeJsonFeed(feed, origin)), undefined, 2);
  await expect(`${json}\n`).toMatchFileSnapshot('../examples/feed.json');
  const calendar = writeCalendar(first.page, [{ plan, announcement: first }]);
  await expect(calendar.replaceAll('\r\n', '\n')).toMatchFileSnapshot('../examples/maintenance.ics.txt');
});

async function expectExamples(name: string, announcement: Announcement, earlier: readonly PlacedUpdate[]) {
  const file = (kind: string) => `../examples/${name}.${kind}`;
  const { subject, text, html } = renderEmail(
    announcement,
    '62 rue du Faubourg Saint-Martin, 75010 Paris, France',
    `https://notify.example/p/batch/incidents/${announcement.incident.id}/maintenance.ics`,
  );
  const filled = (template: string) =>
    template
      .replaceAll('{{confirm_reason}}', reasonFor(announcement, reader))
      .replaceAll('{{manage_url}}', 'https://notify.example/m/v1.example')
      .replaceAll('{{unsubscribe_url}}', 'https://notify.example/u/v1.example');
  const slack =
    earlier.length === 0
      ? { root: renderRoot(announcement) }
      : { root: renderRoot(announcement), reply: renderReply(announcement) };

  await expect(`Subject: ${subject}\n\n${filled(text)}`).toMatchFileSnapshot(file('email.txt'));
  await expect(filled(html)).toMatchFileSnapshot(file('email.html'));
  await expect(
    `${renderSms(announcement, { maxSegments: 2, links: await linksFor(announcement, undefined), wayOut: true })}\n`,
  ).toMatchFileSnapshot(file('sms.txt'));
  await expect(`${JSON.stringify(slack, undefined, 2)}\n`).toMatchFileSnapshot(file('slack.json'));
  for (const { name: kind, format } of allFormats()) {
    const { body } = format({ ...announcement, earlier }, endpoint);
    const json = `${JSON.stringify(JSON.parse(body.toString()), undefined, 2)}\n`;
    await expect(json).toMatchFileSnapshot(
      file(kind === 'standard' ? 'webhook.json' : `webhook.${kind}.json`),
    );
  }
}
