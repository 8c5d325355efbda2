/** The ways a subscriber can be told, in the order in which receipts list them. */
export const CHANNELS = ['email', 'sms', 'slack', 'webhook'] as const;

export type Channel = (typeof CHANNELS)[number];

/**
 * Channels read by people: an update that a newer one has overtaken is noise there, so it may be superseded,
 * and an older update never follows a newer one. Webhooks are read by machines and get every update.
 */
export function isReadByPeople(channel: Channel): boolean {
  return channel !== 'webhook';
}
