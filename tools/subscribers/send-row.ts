import { z } from 'zod';
import { type Api, readProblem } from './api.ts';
import type { RowSubscriber } from './columns.ts';

/**
 * What became of a row. `added`: active. `asked`: pending, the owner gets a confirmation. `updated`: was known, has this scope now. `kept`:
 * they have left or are in quarantine, and stay so. `skipped`: not sent, on purpose. `refused`: the row is wrong. `failed`: the
 * server could not, and may another time.
 */
export const OUTCOMES = ['added', 'asked', 'updated', 'kept', 'skipped', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Sent {
  readonly outcome: Outcome;
  readonly reason: string;
}

const createdSchema = z.looseObject({ created: z.boolean(), state: z.string() });

/** Subscribes one row. The same row again does no harm. Throws a Stop when no row could succeed. */
export async function sendRow(api: Api, subscriber: RowSubscriber): Promise<Sent> {
  const answer = await api.call('POST', '/subscribers', { subscriber: { ...subscriber, source: 'import' } });
  const created = createdSchema.safeParse(answer.body);
  if (answer.status === 201 && created.success) {
    if (!created.data.created) return { outcome: 'updated', reason: '' };
    return { outcome: created.data.state === 'active' ? 'added' : 'asked', reason: '' };
  }
  const { code, reason } = readProblem(answer);
  if (code === 'left') return { outcome: 'kept', reason };
  return { outcome: answer.status >= 500 ? 'failed' : 'refused', reason };
}
