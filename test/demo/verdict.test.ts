import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Audience } from '../../local/demo/audience.ts';
import { CHANNELS, type Channel, isReadByPeople } from '../../local/demo/channel.ts';
import type { Receipt, Tally } from '../../local/demo/receipt.ts';
import { type Accepted, judge } from '../../local/demo/verdict.ts';

const NOTHING: Tally = {
  matched: 0,
  told: 0,
  failed: 0,
  retrying: 0,
  superseded: 0,
  suppressed: 0,
  inDoubt: 0,
};

function audience(sequence: number, addresses: Partial<Record<Channel, readonly string[]>>): Audience {
  const sets = Object.fromEntries(CHANNELS.map((channel) => [channel, new Set(addresses[channel])]));
  return { update: `u${sequence}`, sequence, addresses: sets as Record<Channel, Set<string>> }; // all four named
}

const told = (channel: Channel, to: string, update: string): Accepted => ({
  channel,
  to,
  update,
  providerId: `${channel} ${to} ${update}`,
});

/** What the providers hold when everybody was told of everything, in order. */
function allAccepted(audiences: readonly Audience[]): Accepted[] {
  return audiences.flatMap(({ update, addresses }) =>
    CHANNELS.flatMap((channel) => [...addresses[channel]].map((to) => told(channel, to, update))),
  );
}

/** The honest receipts for what the providers hold: who was not told was superseded. */
function honestReceipts(audiences: readonly Audience[], accepted: readonly Accepted[]): Receipt[] {
  return audiences.map(({ update, sequence, addresses }) => {
    const tallies = CHANNELS.map((channel) => {
      const reached = accepted.filter((each) => each.update === update && each.channel === channel);
      const told = new Set(reached.map(({ to }) => to)).size;
      const matched = addresses[channel].size;
      return { ...NOTHING, matched, told, superseded: matched - told };
    });
    const total = (figure: 'matched' | 'told' | 'superseded') =>
      tallies.reduce((sum, tally) => sum + tally[figure], 0);
    return {
      ...NOTHING,
      update,
      sequence,
      complete: true,
      chunks: { done: 4, of: 4 },
      matched: total('matched'),
      told: total('told'),
      superseded: total('superseded'),
      channels: Object.fromEntries(CHANNELS.map((channel, place) => [channel, tallies[place]])),
    };
  });
}

const someAddresses = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), {
  minLength: 1,
  maxLength: 8,
});
const someAudiences = fc
  .array(
    fc.record({ email: someAddresses, sms: someAddresses, slack: someAddresses, webhook: someAddresses }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((all) => all.map((addresses, place) => audience(place + 1, addresses)));

/** A replay that went well, and a number that chooses where to plant the fault. */
const goodReplay = fc.tuple(someAudiences, fc.nat());

function chosen<T>(items: readonly T[], choice: number): T {
  const item = items[choice % items.length];
  if (item === undefined) throw new Error('Expected something to choose from');
  return item;
}

test('a replay in which everybody was told of everything passes', () => {
  fc.assert(
    fc.property(goodReplay, ([audiences]) => {
      const accepted = allAccepted(audiences);
      expect(judge({ audiences, accepted, receipts: honestReceipts(audiences, accepted) })).toEqual({
        duplicates: 0,
        repeats: 0,
        missed: 0,
        outsideAudience: 0,
        inversions: 0,
        faults: [],
        passed: true,
      });
    }),
  );
});

describe('a planted fault is found', () => {
  test('a message accepted once more is a duplicate', () => {
    fc.assert(
      fc.property(goodReplay, ([audiences, choice]) => {
        const good = allAccepted(audiences);
        const again = chosen(good, choice);
        const accepted = good.flatMap((each) =>
          each === again ? [each, { ...each, providerId: 'another' }] : [each],
        );
        const verdict = judge({ audiences, accepted, receipts: honestReceipts(audiences, good) });
        expect(verdict).toMatchObject({ duplicates: 1, missed: 0, outsideAudience: 0, passed: false });
      }),
    );
  });

  test('a message never accepted is missed, unless a person was told of a later update', () => {
    fc.assert(
      fc.property(goodReplay, ([audiences, choice]) => {
        const good = allAccepted(audiences);
        const lost = chosen(good, choice);
        const accepted = good.filter((each) => each !== lost);
        const { missed, passed } = judge({
          audiences,
          accepted,
          receipts: honestReceipts(audiences, accepted),
        });
        const toldLater = accepted.some(
          ({ channel, to, update }) => channel === lost.channel && to === lost.to && update > lost.update,
        );
        expect(missed).toBe(isReadByPeople(lost.channel) && toldLater ? 0 : 1);
        expect(passed).toBe(missed === 0);
      }),
    );
  });

  test('a message to somebody else is outside the audience', () => {
    fc.assert(
      fc.property(goodReplay, ([audiences, choice]) => {
        const good = allAccepted(audiences);
        const accepted = [...good, { ...chosen(good, choice), to: 'stranger' }];
        const verdict = judge({ audiences, accepted, receipts: honestReceipts(audiences, good) });
        expect(verdict).toMatchObject({ outsideAudience: 1, missed: 0, passed: false });
      }),
    );
  });

  test.each(['matched', 'told', 'failed', 'retrying', 'superseded', 'suppressed', 'inDoubt'] as const)(
    'one more in "%s" of a receipt, on a channel or in all, breaks its sums',
    (figure) => {
      fc.assert(
        fc.property(goodReplay, fc.boolean(), ([audiences, choice], inTotal) => {
          const accepted = allAccepted(audiences);
          const receipts = honestReceipts(audiences, accepted);
          const receipt = chosen(receipts, choice);
          const tally = inTotal ? receipt : receipt.channels[chosen(CHANNELS, choice)];
          if (!tally) throw new Error('Expected every channel to have its numbers');
          tally[figure]++;
          const verdict = judge({ audiences, accepted, receipts });
          expect(verdict.passed).toBe(false);
          expect(verdict.faults.join()).toContain(receipt.update);
        }),
      );
    },
  );
});

const two = [audience(1, { email: ['a'], webhook: ['w'] }), audience(2, { email: ['a'], webhook: ['w'] })];

test('an endpoint called again under the same id was not told twice, a person was', () => {
  const good = allAccepted(two);
  const receipts = honestReceipts(two, good);
  const machine = judge({ audiences: two, accepted: [...good, told('webhook', 'w', 'u2')], receipts });
  expect(machine).toMatchObject({ duplicates: 0, repeats: 1, passed: true });
  const person = judge({ audiences: two, accepted: [...good, told('email', 'a', 'u2')], receipts });
  expect(person).toMatchObject({ duplicates: 1, repeats: 0, passed: false });
});

test('mails that the receipt says were sent again were sent again in doubt, and no more than those', () => {
  const good = allAccepted(two);
  const receipts = honestReceipts(two, good);
  const email = receipts[1]?.channels.email;
  if (email) email.resent = 1;
  const again = told('email', 'a', 'u2');
  expect(judge({ audiences: two, accepted: [...good, again], receipts })).toMatchObject({
    duplicates: 0,
    repeats: 1,
    passed: true,
  });
  expect(judge({ audiences: two, accepted: [...good, again, again], receipts })).toMatchObject({
    duplicates: 1,
    repeats: 1,
    passed: false,
  });
});

test('an older update after a newer one is an inversion for people, and none for machines', () => {
  const accepted = [
    told('email', 'a', 'u2'),
    told('email', 'a', 'u1'),
    told('webhook', 'w', 'u2'),
    told('webhook', 'w', 'u1'),
  ];
  const verdict = judge({ audiences: two, accepted, receipts: honestReceipts(two, accepted) });
  expect(verdict).toMatchObject({ inversions: 1, duplicates: 0, missed: 0, passed: false });
});

test('a person told of the later update only was not missed, a machine was', () => {
  const accepted = [told('email', 'a', 'u2'), told('webhook', 'w', 'u2')];
  const verdict = judge({ audiences: two, accepted, receipts: honestReceipts(two, accepted) });
  expect(verdict.missed).toBe(1);
});

test('a person told of the earlier update only was missed by the later one', () => {
  const accepted = [told('email', 'a', 'u1'), told('webhook', 'w', 'u1'), told('webhook', 'w', 'u2')];
  expect(judge({ audiences: two, accepted, receipts: honestReceipts(two, accepted) }).missed).toBe(1);
});

test('the same address on two channels is two recipients', () => {
  const both = [audience(1, { email: ['a'], webhook: ['a'] })];
  const accepted = [told('email', 'a', 'u1')];
  expect(judge({ audiences: both, accepted, receipts: honestReceipts(both, accepted) })).toMatchObject({
    duplicates: 0,
    missed: 1,
  });
});

test('a message for an update that nobody published is outside every audience', () => {
  const accepted = [...allAccepted(two), told('email', 'a', '')];
  const verdict = judge({ audiences: two, accepted, receipts: honestReceipts(two, allAccepted(two)) });
  expect(verdict.outsideAudience).toBe(1);
});

test('a receipt that is open, absent, misplaced or silent on a channel is a fault', () => {
  const accepted = allAccepted(two);
  const faultsWhen = (change: (receipts: Receipt[]) => Receipt[]) =>
    judge({ audiences: two, accepted, receipts: change(honestReceipts(two, accepted)) }).faults;

  expect(faultsWhen((all) => all)).toEqual([]);
  expect(faultsWhen(([first, ...rest]) => (first ? [{ ...first, complete: false }, ...rest] : []))).toEqual([
    'u1: expected the receipt to be complete, got one that is open',
  ]);
  expect(faultsWhen((all) => all.slice(1))).toEqual(['u1: expected a receipt, got none']);
  expect(faultsWhen(([first, ...rest]) => (first ? [{ ...first, sequence: 2 }, ...rest] : []))).toEqual([
    'u1: expected its sequence number to be 1, got 2',
  ]);
  expect(
    faultsWhen((all) =>
      all.map(({ channels: { email: _, ...channels }, ...rest }) => ({ ...rest, channels })),
    ),
  ).not.toEqual([]);
});
