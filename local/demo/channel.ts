/** The channels of the product, in the order in which the demo lists them. */
export const CHANNELS = ['email', 'sms', 'slack', 'webhook'] as const;

export type Channel = (typeof CHANNELS)[number];

/** People may be spared an update that a newer one has overtaken. Machines get every one, in any order. */
export function isReadByPeople(channel: Channel): boolean {
  return channel !== 'webhook';
}
