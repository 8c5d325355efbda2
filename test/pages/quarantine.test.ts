import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { openSite, type Site } from './site.ts';

let tables: TestTables;
let site: Site;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  site = await openSite(tables);
});

const EMAIL = { channel: 'email', email: 'reader@example.com' } as const;
const PHONE = { channel: 'sms', phone: '+12015550123' } as const;

it.each([
  [EMAIL, 'email.bounced', 'Mail to this address came back', '/subscribe?channel=email'],
  [EMAIL, 'email.complaint', 'marked as spam', 'with another address'],
  [PHONE, 'sms.30006', 'could not be delivered', '/subscribe?channel=sms'],
  [PHONE, 'sms.21610', 'answered STOP', 'Text START'],
] as const)('%o in quarantine for %s reads why, and how to come back', async (address, cause, why, back) => {
  const subscriber = await site.add(address);
  const path = `/manage/${await site.manageToken(subscriber)}`;
  expect(await (await site.get(path)).text()).not.toContain('not told any more');
  await site.quarantine(subscriber, cause);

  const text = await (await site.get(path)).text();
  expect(text).toContain('not told any more');
  expect(text).toContain(why);
  expect(text).toContain(back);
  expect(text).toContain('Not in use.');
  expect(text).not.toContain('Active.');
  expect(text).not.toContain('value="save"');

  // Nothing brings them back from here, and they may still leave.
  for (const press of ['save', 'resume', 'pause', 'revive', 'rotate', 'secret', 'test', 'recover'])
    await site.post(path, { do: press });
  expect(await site.row(address)).toMatchObject({ state: 'quarantined', quarantine: { cause } });
  expect((await site.post(path, { do: 'leave' })).status).toBe(200);
  expect(await site.row(address)).toMatchObject({ state: 'unsubscribed' });
});
