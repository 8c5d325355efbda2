import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import type { Contender } from '../process/messages.ts';
import { type Recipient, readAudience } from './audience.ts';
import { batches, createClients, required } from './clients.ts';
import { sendOne } from './letter.ts';

const QUEUE = 'mails';
/** Jobs of one INSERT, and of one fetch. */
const INSERTED = 1_000;
const FETCHED = 50;
const IDLE_MS = 20;

/**
 * A job per recipient in a Postgres queue (pg-boss): how status pages that are Rails or Laravel applications do it. Workers
 * fetch by hand as fast as they can; pg-boss' own polling looks twice a second at most.
 */
export async function createContender(role: string): Promise<Contender> {
  const { documents, ses } = createClients();
  const boss = new PgBoss({
    connectionString: required('POSTGRES_URL'),
    supervise: false,
    schedule: false,
    monitorIntervalSeconds: 1,
  });
  await boss.start();
  const expireInSeconds = Number(required('JOB_EXPIRES_SECONDS'));
  if (role === 'plan') await boss.createQueue(QUEUE, { retryLimit: 5, expireInSeconds });
  if (role === 'send') void work();

  return {
    async plan(update) {
      // What frees the jobs of a worker that died: asked for by hand, to be as often as the product's sweeper.
      if (role === 'sweep') return boss.supervise(QUEUE);
      for await (const recipients of batches(readAudience(documents), INSERTED)) {
        await boss.insert(
          QUEUE,
          recipients.map((recipient) => ({ data: { update, ...recipient } })),
        );
      }
    },
  };

  async function work(): Promise<never> {
    for (;;) {
      const jobs = await boss.fetch<Recipient>(QUEUE, { batchSize: FETCHED });
      if (jobs.length === 0) {
        await sleep(IDLE_MS);
        continue;
      }
      const told = await Promise.allSettled(jobs.map(async ({ data }) => sendOne(ses, data)));
      const done = jobs.filter((_, index) => told[index]?.status === 'fulfilled').map(({ id }) => id);
      const failed = jobs.filter((_, index) => told[index]?.status === 'rejected').map(({ id }) => id);
      if (done.length > 0) await boss.complete(QUEUE, done);
      if (failed.length > 0) await boss.fail(QUEUE, failed);
    }
  }
}
