import type { Channel } from '../../domain/channel.ts';
import type { Hold } from '../../domain/chunk.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Page } from '../../domain/page.ts';
import { type Instant, type Millis, SECOND } from '../../domain/time.ts';
import type { PlacedUpdate } from '../../domain/update.ts';
import type { ChunkRef } from '../../store/keys.ts';

/** Time that the writes after a call may take: a call is begun only when it and they fit before the lease and the deadline. */
export const MARGIN: Millis = 2 * SECOND;

/** One chunk of one update, in one pair of hands. */
export interface ChunkJob {
  readonly page: Page;
  readonly incident: Incident;
  readonly update: PlacedUpdate;
  readonly channel: Channel;
  readonly chunk: number;
  readonly of: number;
  /** The newer update that tells the recipients in this one's stead, when this one is stale. */
  readonly supersededBy?: PlacedUpdate;
  /** Too late for everybody in the chunk (`domain/expiry.ts`). */
  readonly expired?: boolean;
  /** Earlier updates whose chunk is done and left exception rows. */
  readonly earlier: readonly PlacedUpdate[];
  readonly hold: Hold;
  /** When the plan has room for this chunk, at the channel's rate. */
  readonly dueAt: Instant;
  /** Begun ahead of its doorbell, because the rate had room. */
  readonly ahead: boolean;
  /** When this invocation must have ended. */
  readonly deadline: Instant;
}

/** The ledger's name for the job's chunk, or for the same chunk of another update: ranges are the same. */
export function chunkRef(
  job: Pick<ChunkJob, 'page' | 'channel' | 'chunk' | 'of'>,
  update: PlacedUpdate,
): ChunkRef {
  return { page: job.page.id, update: update.id, channel: job.channel, chunk: job.chunk, of: job.of };
}
