import { type Audience, audienceSize } from './audience.ts';
import { CHANNELS } from './channel.ts';
import { ENDS, type Receipt, sumOf } from './receipt.ts';

/**
 * What is wrong with one update's receipt, as sentences; none when it is right: closed, its numbers add up on
 * every channel and over all of them, it matched exactly the audience, and it told as many as the providers have.
 *
 * @param reached the distinct addresses that the providers accepted this update for, by channel.
 */
export function receiptFaults(
  receipt: Receipt | undefined,
  audience: Audience,
  reached: (channel: (typeof CHANNELS)[number]) => number,
): readonly string[] {
  const name = audience.update;
  if (!receipt) return [`${name}: expected a receipt, got none`];

  const faults: string[] = [];
  const expect = (what: string, expected: number, got: number): void => {
    if (expected !== got) faults.push(`${name}: expected ${what} to be ${expected}, got ${got}`);
  };

  if (!receipt.complete) faults.push(`${name}: expected the receipt to be complete, got one that is open`);
  expect('its sequence number', audience.sequence, receipt.sequence);
  expect('the sum of its ends (as matched says)', receipt.matched, sumOf(receipt));
  expect('matched', audienceSize(audience), receipt.matched);

  for (const channel of CHANNELS) {
    const tally = receipt.channels[channel];
    if (!tally) {
      expect(
        `the audience of a channel that it does not list (${channel})`,
        0,
        audienceSize(audience, channel),
      );
      expect(`what ${channel}, which it does not list, accepted`, 0, reached(channel));
      continue;
    }
    expect(`the sum of its ${channel} ends (as matched says)`, tally.matched, sumOf(tally));
    expect(`${channel} matched`, audienceSize(audience, channel), tally.matched);
    expect(`${channel} told (as the provider accepted)`, reached(channel), tally.told);
  }

  for (const figure of ['matched', ...ENDS] as const) {
    const overChannels = CHANNELS.reduce(
      (sum, channel) => sum + (receipt.channels[channel]?.[figure] ?? 0),
      0,
    );
    expect(`${figure} (as its channels sum to)`, overChannels, receipt[figure]);
  }
  return faults;
}
