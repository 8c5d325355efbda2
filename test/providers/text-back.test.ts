import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { httpServer, type Seen } from '../channels/http-server.ts';
import { twilioClient } from './clients.ts';

const PHONE = '+15557654321';

let providers: Providers;
let app: Awaited<ReturnType<typeof httpServer>>;
beforeEach(async () => {
  app = await httpServer(() => ({ body: '' }));
  providers = await startProviders({ statusCallbacks: false });
});
afterEach(() => providers.stop());

const text = (withCallback = true) =>
  twilioClient(providers).messages.create({
    to: PHONE,
    messagingServiceSid: providers.credentials.twilio.messagingServiceSid,
    body: 'Resolved. STOP to end',
    ...(withCallback && { statusCallback: `${app.url}/v1/feedback/twilio/status?update=upd-1` }),
  });

async function answer(body: string, site = 'same-origin', n = 1) {
  return providers.handle(
    // Another name for the same machine than the app has for itself.
    new Request(`http://localhost:1/_local/inbox/${n}`, {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
      body: new URLSearchParams({ body }),
    }),
  );
}

const page = async () =>
  (await (await providers.handle(new Request(`${app.url}/_local/inbox/1`)))?.text()) ?? '';

test('a text is answered on its page: the app gets it signed, and Twilio refuses texts to who said STOP', async () => {
  await text();
  expect(await page()).toContain('action="/_local/inbox/1"');
  expect(await page()).not.toContain('has said STOP');
  const back = await answer('STOP');
  expect(back?.status).toBe(303);
  expect(back?.headers.get('location')).toBe('/_local/inbox/1');
  const taken: Seen[] = app.seen;
  expect(taken).toHaveLength(1);
  expect(taken[0]?.path).toBe('/v1/feedback/twilio/message');
  expect(taken[0]?.headers['x-twilio-signature']).toMatch(/=$/);
  expect(Object.fromEntries(new URLSearchParams(taken[0]?.body))).toMatchObject({
    From: PHONE,
    Body: 'STOP',
  });
  expect(await page()).toContain('has said STOP');
  await expect(text()).rejects.toMatchObject({ code: 21610 });
  await answer('START');
  await expect(text()).resolves.toMatchObject({ to: PHONE });
});

test('only the page itself may ask, and only of a text that the app sent', async () => {
  await text(false);
  expect(await page()).not.toContain('<form class="type"');
  expect((await answer('STOP', 'cross-site'))?.status).toBe(403);
  expect((await answer('STOP'))?.status).toBe(404);
  expect((await answer('STOP', 'same-origin', 7))?.status).toBe(404);
  expect(app.seen).toEqual([]);
});
