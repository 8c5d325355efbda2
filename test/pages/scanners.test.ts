import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY } from '../../shared/domain/time.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { openSite } from './site.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** Programs that open the links of a mail before its reader does, or a link that is posted somewhere. */
const SCANNERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 Edg/114.0.1823.51',
  'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
  'BarracudaCentral/1.0',
  'Mimecast/1.0',
  'Proofpoint URL Defense',
  'Mozilla/5.0 (compatible; Cisco-SecureEmail)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (compatible; GoogleImageProxy)',
  'facebookexternalhit/1.1',
  'Twitterbot/1.0',
  'WhatsApp/2.23.2 A',
  'curl/8.5.0',
];

it('that open every link by GET, HEAD and OPTIONS, twice, change nothing; then the buttons work', async () => {
  const site = await openSite(tables);
  const active = await site.add({ channel: 'email', email: 'ada@example.com' });
  const waiting = await site.add(
    { channel: 'email', email: 'bob@example.com' },
    { state: 'pending', pendingUntil: site.clock.now() + 7 * DAY },
  );
  const phone = { channel: 'sms', phone: '+33612345678' } as const;
  await site.giveCode(
    await site.add(phone, { state: 'pending', pendingUntil: site.clock.now() + 7 * DAY }),
    '123456',
  );
  const confirm = `/confirm/${await site.confirmToken(waiting)}`;
  const manage = `/manage/${await site.manageToken(active)}`;
  const unsubscribe = site.links.unsubscribe(active);
  const links = [
    confirm,
    manage,
    `${manage}?do=leave&done=saved`,
    unsubscribe,
    `${unsubscribe}?List-Unsubscribe=One-Click`,
    site.links.manage(active),
    `/confirm/sms/${site.reference(phone)}?code=123456`,
    `${site.subscribePath}?channel=email&email=eve@example.com&scope=page&kinds=incident`,
    await site.withIncident('outage', 'Outage'),
  ];

  const before = await site.everything();
  for (const agent of [...SCANNERS, ...SCANNERS]) {
    for (const path of links) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        const answer = await site.send(method, path, { headers: { 'user-agent': agent } });
        expect(answer.status, `${method} ${path}`).toBeLessThan(500);
        expect(answer.headers.get('set-cookie')).toBeNull();
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
        await answer.arrayBuffer();
      }
    }
  }
  expect(await site.everything()).toBe(before);
  expect(site.rung).toEqual([]);

  expect((await site.post(confirm)).status).toBe(200);
  expect((await site.row({ channel: 'email', email: 'bob@example.com' }))?.state).toBe('active');
  expect((await site.post(unsubscribe)).status).toBe(200);
  expect((await site.row({ channel: 'email', email: 'ada@example.com' }))?.state).toBe('unsubscribed');
});
