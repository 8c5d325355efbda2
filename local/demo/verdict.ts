import type { Audience } from './audience.ts';
import { CHANNELS, type Channel, isReadByPeople } from './channel.ts';
import type { Receipt } from './receipt.ts';
import { receiptFaults } from './verdict-receipts.ts';

/** One message that a provider accepted, as the stand-ins recorded it, in order of acceptance. */
export interface Accepted {
  readonly channel: Channel;
  readonly to: string;
  readonly update: string;
}

/** How a replay went. All four counts are 0 and `faults` is empty when it went as promised. */
export interface Verdict {
  /** Messages accepted beyond the first for the same update, channel and address. */
  readonly duplicates: number;
  /** Members of an update's audience whom neither it nor, on a human channel, a later one reached. */
  readonly missed: number;
  /** Messages accepted for an address that the update did not concern, or for an update that nobody published. */
  readonly outsideAudience: number;
  /** Messages that reached a person after one with a higher sequence number had. */
  readonly inversions: number;
  /** What is wrong with the receipts, one sentence each. */
  readonly faults: readonly string[];
  readonly passed: boolean;
}

/** Judges a replay by what the providers accepted and an audience that no delivery code has touched. */
export function judge(evidence: {
  /** One per published update, in order. */
  readonly audiences: readonly Audience[];
  readonly accepted: readonly Accepted[];
  readonly receipts: readonly Receipt[];
}): Verdict {
  const audienceOf = new Map(evidence.audiences.map((audience) => [audience.update, audience]));
  const reached = new Map<string, Set<string>>();
  const highest = new Map<string, number>();
  let duplicates = 0;
  let outsideAudience = 0;
  let inversions = 0;

  for (const { channel, to, update } of evidence.accepted) {
    const audience = audienceOf.get(update);
    if (!audience?.addresses[channel].has(to)) outsideAudience++;

    const addresses = reached.get(setKey(update, channel)) ?? new Set();
    if (addresses.has(to)) duplicates++;
    reached.set(setKey(update, channel), addresses.add(to));

    if (!audience || !isReadByPeople(channel)) continue;
    const recipient = setKey(to, channel);
    const before = highest.get(recipient) ?? 0;
    if (audience.sequence < before) inversions++;
    highest.set(recipient, Math.max(before, audience.sequence));
  }

  let missed = 0;
  for (const audience of evidence.audiences)
    for (const channel of CHANNELS)
      for (const to of audience.addresses[channel]) {
        const told = reached.get(setKey(audience.update, channel))?.has(to);
        const toldLater =
          isReadByPeople(channel) && (highest.get(setKey(to, channel)) ?? 0) > audience.sequence;
        if (!told && !toldLater) missed++;
      }

  const faults = evidence.audiences.flatMap((audience) =>
    receiptFaults(
      evidence.receipts.find((receipt) => receipt.update === audience.update),
      audience,
      (channel) => reached.get(setKey(audience.update, channel))?.size ?? 0,
    ),
  );
  const passed = duplicates + missed + outsideAudience + inversions + faults.length === 0;
  return { duplicates, missed, outsideAudience, inversions, faults, passed };
}

/** Neither an update id nor an address holds a space. */
function setKey(name: string, channel: Channel): string {
  return `${channel} ${name}`;
}
