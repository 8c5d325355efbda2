import type { Audience } from './audience.ts';
import { CHANNELS, type Channel, isReadByPeople } from './channel.ts';
import type { Receipt } from './receipt.ts';
import { receiptFaults } from './verdict-receipts.ts';

/** One message that a provider accepted, as the stand-ins recorded it, in order of acceptance. */
export interface Accepted {
  readonly channel: Channel;
  readonly to: string;
  readonly update: string;
  /** Webhooks: the `webhook-id`. */
  readonly providerId: string;
}

/** How a replay went. All counts but `repeats` are 0 and `faults` is empty when it went as promised. */
export interface Verdict {
  /** Messages accepted beyond the first for the same update, channel and address, but for `repeats`. */
  readonly duplicates: number;
  /**
   * Those among them that the README excepts, when a call's answer did not come: calls of an endpoint under the same `webhook-id`, and
   * as many emails as the receipt says were sent again.
   */
  readonly repeats: number;
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
  const reached = new Map<string, Map<string, string>>();
  const highest = new Map<string, number>();
  const mailedAgain = new Map<string, number>();
  let duplicates = 0;
  let repeats = 0;
  let outsideAudience = 0;
  let inversions = 0;

  for (const { channel, to, update, providerId } of evidence.accepted) {
    const audience = audienceOf.get(update);
    if (!audience?.addresses[channel].has(to)) outsideAudience++;

    const addresses = reached.get(setKey(update, channel)) ?? new Map<string, string>();
    const first = addresses.get(to);
    if (first === undefined) addresses.set(to, providerId);
    else if (channel === 'webhook' && first === providerId) repeats++;
    else {
      duplicates++;
      if (channel === 'email') mailedAgain.set(update, (mailedAgain.get(update) ?? 0) + 1);
    }
    reached.set(setKey(update, channel), addresses);

    if (!audience || !isReadByPeople(channel)) continue;
    const recipient = setKey(to, channel);
    const before = highest.get(recipient) ?? 0;
    if (audience.sequence < before) inversions++;
    highest.set(recipient, Math.max(before, audience.sequence));
  }

  for (const { update, channels } of evidence.receipts) {
    const inDoubt = Math.min(mailedAgain.get(update) ?? 0, channels.email?.resent ?? 0);
    duplicates -= inDoubt;
    repeats += inDoubt;
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
  return { duplicates, repeats, missed, outsideAudience, inversions, faults, passed };
}

/** Neither an update id nor an address holds a space. */
function setKey(name: string, channel: Channel): string {
  return `${channel} ${name}`;
}
