import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { DemoUpdate } from './batch-incident.ts';
import type { DemoPage } from './batch-page.ts';
import type { DemoMaintenance } from './planned-work.ts';
import { type Receipt, receiptSchema } from './receipt.ts';
import type { DemoSubscriber } from './subscribers.ts';

const subscribedSchema = z.looseObject({ id: z.string(), state: z.string(), secret: z.string().optional() });
const publishedSchema = z.looseObject({ update: z.string(), sequence: z.int().positive() });

export type Subscribed = z.infer<typeof subscribedSchema>;
export type Published = z.infer<typeof publishedSchema>;

/** The product's HTTP API, as far as the replay goes: everything it does, it does through here. */
export interface FrontDoor {
  putPage(page: DemoPage): Promise<void>;
  subscribe(page: string, subscriber: DemoSubscriber): Promise<Subscribed>;
  publish(page: string, update: DemoUpdate): Promise<Published>;
  receipt(page: string, update: string): Promise<Receipt>;
}

const MOST_TRIES = 8;
const FIRST_WAIT_MS = 100;

/**
 * The API at `apiUrl` with the operator's key. A call that the API had no room for (429, 503) is made again, at
 * most seven times: all of them may be, for they are idempotent. Any other refusal is an error that tells the
 * answer.
 */
export function frontDoor(options: {
  readonly apiUrl: string;
  readonly operatorKey: string;
  readonly signal: AbortSignal;
}): FrontDoor & { plan(page: string, work: DemoMaintenance): Promise<void> } {
  const { apiUrl, operatorKey, signal } = options;

  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(apiUrl + path, {
        method,
        headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      });
      const text = await response.text();
      if (response.ok) return text === '' ? undefined : JSON.parse(text);
      const isBusy = response.status === 429 || response.status === 503;
      if (!isBusy || attempt === MOST_TRIES)
        throw new Error(
          `Expected ${method} ${path} to be answered with 2xx, got ${response.status}: ${text}`,
        );
      await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1), undefined, { signal });
    }
  }

  return {
    async putPage({ id, ...page }) {
      await call('PUT', `/v1/pages/${id}`, page);
    },
    async subscribe(page, subscriber) {
      return subscribedSchema.parse(await call('POST', `/v1/pages/${page}/subscribers`, subscriber));
    },
    async publish(page, update) {
      return publishedSchema.parse(await call('POST', `/v1/pages/${page}/updates`, update));
    },
    async plan(page, work) {
      await call('POST', `/v1/pages/${page}/updates`, work);
    },
    async receipt(page, update) {
      return receiptSchema.parse(await call('GET', `/v1/pages/${page}/updates/${update}/receipt`));
    },
  };
}
