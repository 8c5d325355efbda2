import type { StrikeRule } from '../../domain/strikes.ts';

/**
 * What a final report without success asks for. The message was accepted, so its delivery is told and stays told, and nothing
 * is sent again: what follows is about the number, or about us.
 *
 * - `stopped`: the number has said STOP. `unreachable`: no text ever arrives there. Both go by the number, on all pages.
 * - `strike`: counts against the number under that rule, and gives it up in the end.
 * - `sender`: the carriers refuse us: the operator must act, and no recipient is at fault, however many such reports come.
 * - `pumping`: the provider takes the number for one that is paid for receiving texts.
 * - `none`: nothing follows. Codes that nobody knows are among them.
 */
export type ReportMeaning =
  | { readonly kind: 'stopped' | 'unreachable' | 'sender' | 'pumping' | 'none' }
  | { readonly kind: 'strike'; readonly rule: StrikeRule };

/** Twilio's `ErrorCode` of a status callback. (Source: twilio.com/docs/api/errors; what follows: docs/sms.md.) */
const MEANING: Readonly<Record<number, ReportMeaning>> = {
  // Off, or out of range: passes by itself, unless it lasts.
  30003: { kind: 'strike', rule: 'sms.unreachable' },
  30004: { kind: 'strike', rule: 'sms.blocked' },
  30005: { kind: 'strike', rule: 'sms.blocked' },
  30006: { kind: 'unreachable' },
  30007: { kind: 'sender' },
  30032: { kind: 'sender' },
  30034: { kind: 'sender' },
  // Twilio knows no reason, or let go of a text that had become old.
  30008: { kind: 'none' },
  30030: { kind: 'none' },
  30036: { kind: 'none' },
  21610: { kind: 'stopped' },
  30450: { kind: 'pumping' },
  30453: { kind: 'pumping' },
};

export function reportMeaning(errorCode: number): ReportMeaning {
  return MEANING[errorCode] ?? { kind: 'none' };
}
