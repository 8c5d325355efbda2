/**
 * What a delivery report with an error code asks for. The message was accepted, so it counts as told whatever the report says;
 * this is about the number and about us.
 *
 * - `halt`: the carriers refuse the sender: the operator must act, and no recipient is at fault.
 * - `quarantine`: the number cannot be reached; `quarantineAfterTwo`: the second time in a row.
 * - `retryOnce`: may be sent once more if it still matters.
 * - `none`: nothing follows.
 */
export type ReportMeaning = 'retryOnce' | 'quarantine' | 'quarantineAfterTwo' | 'halt' | 'none';

const MEANING: Readonly<Record<number, ReportMeaning>> = {
  30003: 'retryOnce',
  30008: 'retryOnce',
  30004: 'quarantineAfterTwo',
  30005: 'quarantineAfterTwo',
  30006: 'quarantine',
  30007: 'halt',
  30032: 'halt',
  30034: 'halt',
  30030: 'none',
  30036: 'none',
};

/** Twilio's `ErrorCode` of a status callback. Codes that nobody knows ask for nothing. (Source: reference, channels 2.4.) */
export function reportMeaning(errorCode: number): ReportMeaning {
  return MEANING[errorCode] ?? 'none';
}
