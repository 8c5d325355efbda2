import { expect, it } from 'vitest';
import type { ChannelSender, Delivery } from '../../shared/channels/channel.ts';
import { untilConfigured } from '../../shared/channels/until-configured.ts';
import type { Outcome } from '../../shared/domain/outcome.ts';
import { delivery } from './deliveries.ts';
import { seedAnnouncement } from './seed.ts';

const TO_ONE = [delivery({ channel: 'sms', phone: '+33612345678' })];

/** A sender by a secret that the operator fills in and replaces, at a provider that takes one of them. */
async function open() {
  const world = { stored: '', good: 'first', reads: 0, away: false };
  const sender = await untilConfigured('sms', 'ask', async () => {
    world.reads++;
    if (world.away) throw new Error('Expected the secret, got no answer');
    return world.stored === '' ? undefined : senderBy(world.stored);
  });
  const senderBy = (secret: string): ChannelSender<'sms'> => ({
    channel: 'sms',
    doubt: 'ask',
    send: async (_announcement, deliveries: readonly Delivery<'sms'>[]) =>
      deliveries.map(
        (): Outcome =>
          secret === world.good
            ? { kind: 'sent', providerId: secret }
            : { kind: 'halt', cause: 'sms.20003', afterMs: 1 },
      ),
    probe: async () => secret === world.good,
  });
  const send = async () => (await sender.send(seedAnnouncement(1), TO_ONE))[0];
  return { world, sender, send };
}

it('halts until the secret is filled in, and then sends by it without asking for it again', async () => {
  const { world, sender, send } = await open();
  expect(await send()).toMatchObject({ kind: 'halt', cause: 'sms.notConfigured' });
  expect(await sender.probe()).toBe(false);
  world.stored = 'first';
  expect(await send()).toEqual({ kind: 'sent', providerId: 'first' });
  const { reads } = world;
  expect(await send()).toMatchObject({ kind: 'sent' });
  expect(await sender.probe()).toBe(true);
  expect(world.reads).toBe(reads);
});

it('goes over to credentials that were replaced: the first halt is the last', async () => {
  const { world, send } = await open();
  world.stored = 'first';
  expect(await send()).toMatchObject({ kind: 'sent' });
  Object.assign(world, { stored: 'second', good: 'second' });
  expect(await send()).toMatchObject({ kind: 'halt', cause: 'sms.20003' });
  expect(await send()).toEqual({ kind: 'sent', providerId: 'second' });
});

it('has surely sent nothing while the secret cannot be read: it halts, and nobody is in doubt', async () => {
  const { world, sender, send } = await open();
  world.away = true;
  expect(await send()).toMatchObject({ kind: 'halt', cause: 'sms.notConfigured' });
  expect(
    await sender.ask?.(seedAnnouncement(1), delivery({ channel: 'sms', phone: '+33612345678' }), 0),
  ).toEqual({ kind: 'unknown' });
  expect(await sender.probe()).toBe(false);
  Object.assign(world, { away: false, stored: 'first' });
  expect(await send()).toEqual({ kind: 'sent', providerId: 'first' });
});
