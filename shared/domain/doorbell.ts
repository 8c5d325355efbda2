import type { Channel } from './channel.ts';

/**
 * A message of the queues: "look at this chunk". It says where to look, never what to do: whoever answers finds
 * that in the ledger. Losing, repeating or reordering doorbells therefore changes nothing.
 */
export interface Doorbell {
  readonly page: string;
  readonly incident: string;
  readonly update: string;
  readonly channel: Channel;
  readonly chunk: number;
  readonly of: number;
}
