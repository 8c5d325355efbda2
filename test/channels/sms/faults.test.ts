import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../../local/providers/faults.ts';
import { type Providers, startProviders } from '../../../local/providers/start-providers.ts';
import { createSmsSender } from '../../../shared/channels/sms/create-sms-sender.ts';
import { createTwilioMessages } from '../../../shared/channels/sms/twilio-messages.ts';
import { delivery } from '../deliveries.ts';
import { seedAnnouncement } from '../seed.ts';

const TIMEOUT_MS = 400;
/** Late in the day: what lasts until midnight UTC lasts an hour. */
const NOW = Date.UTC(2026, 0, 1, 23);
const PHONES = ['+12015550101', '+12015550102', '+12015550103'];
const ODD = '+12015550102';
const window = PHONES.map((phone, n) => delivery<'sms'>({ channel: 'sms', phone }, { n }));

let providers: Providers;
afterEach(() => providers.stop());

/** The sender as it is deployed, but for its patience, against the stand-in: through the real client. */
async function senderWith(fault: Omit<Fault, 'channel'>) {
  providers = await startProviders({ statusCallbacks: false });
  providers.script({ channel: 'sms', ...fault });
  const { messagingServiceSid, ...account } = providers.credentials.twilio;
  return createSmsSender({
    messages: createTwilioMessages({ ...account, baseUrl: providers.urls.twilio, timeoutMs: TIMEOUT_MS }),
    messagingServiceSid,
    publicUrl: 'https://api.example',
    maxSegments: 2,
    noteToldWayOut: async () => {},
    noteStopped: async () => {},
    now: () => NOW,
  });
}

const textsOn = (phone: string) => providers.accepted().filter(({ to }) => to === phone).length;

describe('a fault of one call: what its recipient comes to, and how many texts the phone has', () => {
  const HOUR = 3_600_000;

  test.each<[string, Omit<Fault, 'channel'>, string, number]>([
    ['too fast', { error: 20429 }, 'backoff sender 1000', 0],
    ['too fast, without a code', { error: 0, status: 429 }, 'backoff sender 1000', 0],
    ['queue full', { error: 21611 }, 'backoff sender 600000', 0],
    ['queue full for hours', { error: 30001, status: 429 }, 'backoff sender 600000', 0],
    ['the minute is used up', { error: 30022 }, 'backoff sender 60000', 0],
    ['the hour is used up', { error: 60728, status: 429 }, `backoff sender ${HOUR}`, 0],
    ['the day is used up', { error: 63038, status: 429 }, `backoff sender ${HOUR}`, 0],
    ['wrong key', { error: 20003 }, 'halt 300000', 0],
    ['suspended', { error: 20005 }, 'halt 300000', 0],
    ['test credentials', { error: 20008, status: 403 }, 'halt 300000', 0],
    ['a sender that is not ours', { error: 21606 }, 'halt 300000', 0],
    ['a sender that is none', { error: 21401 }, 'halt 300000', 0],
    ['no sender', { error: 21603 }, 'halt 300000', 0],
    ['no sender in the pool', { error: 21703 }, 'halt 300000', 0],
    ['no such service', { error: 20404 }, 'halt 300000', 0],
    ['access denied', { error: 20006, status: 403 }, 'halt 300000', 0],
    ['something that is not there', { error: 0, status: 404 }, 'halt 300000', 0],
    ['a callback address that is none', { error: 21609 }, 'halt 300000', 0],
    ['said STOP', { error: 21610 }, 'quarantine recipient', 0],
    ['no number', { error: 21211 }, 'quarantine recipient', 0],
    ['not a mobile', { error: 21614 }, 'quarantine recipient', 0],
    ['a landline', { error: 21635 }, 'quarantine recipient', 0],
    ['a number without texts', { error: 21217 }, 'quarantine recipient', 0],
    ['pumping', { error: 30450 }, 'quarantine recipient', 0],
    ['pumping, of another kind', { error: 30453 }, 'quarantine recipient', 0],
    ['a country that is closed', { error: 21408 }, 'drop', 0],
    ['out of reach', { error: 21612 }, 'drop', 0],
    ['a country of high risk', { error: 30649 }, 'drop', 0],
    ['a trial account', { error: 21608 }, 'drop', 0],
    ['too long', { error: 21617 }, 'drop', 0],
    ['empty', { error: 21602 }, 'drop', 0],
    ['a loop', { error: 14107, status: 429 }, 'drop', 0],
    ['an unknown refusal', { error: 99999, status: 400 }, 'retry', 0],
    ['trouble before', { error: 20500 }, 'inDoubt', 0],
    ['trouble after', { error: 20500, processed: true }, 'inDoubt', 1],
    ['a gateway that gives up', { error: 20500, status: 504, processed: true }, 'inDoubt', 1],
    ['dropped before', { drop: 'before' }, 'inDoubt', 0],
    ['dropped after', { drop: 'after' }, 'inDoubt', 1],
    ['silence', { delayMs: TIMEOUT_MS + 300 }, 'inDoubt', 1],
    ['slow, but in time', { delayMs: 50 }, 'sent', 1],
  ])('%s', async (_, fault, expected, texts) => {
    const sender = await senderWith({ to: ODD, operation: 'messages.create', ...fault });
    const outcomes = await sender.send(seedAnnouncement(1), window);

    // One phone's trouble is nobody else's.
    expect(outcomes.map(({ kind }) => kind)).toEqual(['sent', expected.split(' ')[0], 'sent']);
    const { cause: _cause, providerId: _id, ...meaning } = { cause: '', providerId: '', ...outcomes[1] };
    expect(Object.values(meaning).join(' ')).toBe(expected);
    // In silence the stand-in may take the text a moment later.
    await expect.poll(() => PHONES.map(textsOn)).toEqual([1, texts, 1]);

    // In doubt the list says what the phone has; whoever surely has none is told by the next call, and nobody twice.
    const [, odd] = window;
    if (odd === undefined) throw new Error('Expected three deliveries');
    const answer = await sender.ask?.(seedAnnouncement(1), odd, Date.now());
    expect(answer?.kind).toBe(texts === 1 ? 'told' : 'notTold');
    const again = answer?.kind === 'notTold' && !/^(quarantine|drop)/.test(expected) ? [odd] : [];
    await sender.send(seedAnnouncement(1), again);
    expect(PHONES.map(textsOn)).toEqual([1, texts + again.length, 1]);
  });

  test('the list fails too: nothing is known, and nothing sent', async () => {
    const sender = await senderWith({ operation: 'messages.list', drop: 'before' });
    const [first] = window;
    if (first === undefined) throw new Error('Expected three deliveries');
    expect(await sender.ask?.(seedAnnouncement(1), first, Date.now())).toEqual({ kind: 'unknown' });
    expect(providers.accepted()).toEqual([]);
  });
});
