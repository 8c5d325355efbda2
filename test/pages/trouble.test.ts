import { expect, it } from 'vitest';
import { subscriptionPages } from '../../shared/api/subscription-pages.ts';
import type { LogEvent } from '../../shared/runtime/log.ts';
import { startTables } from '../engine/dynamodb.ts';
import { virtualClock } from '../fanout/virtual-clock.ts';
import { pageDependencies } from './page-dependencies.ts';

it.each([
  ['trouble of our tables', Object.assign(new Error('ada@example.com'), { code: 'ECONNREFUSED' }), 503],
  ['a bug', new TypeError('ada@example.com'), 500],
])('%s is a page that gives nothing away, and a line in the log', async (_what, error, status) => {
  const tables = await startTables();
  const log: LogEvent[] = [];
  const deps = pageDependencies(tables, {
    clock: virtualClock(),
    log: (event) => void log.push(event),
    linkKey: 'link-key',
    addressKey: 'address-key',
    webhookKey: 'webhook-key',
    channels: ['email'],
  });
  const failing = async () => {
    throw error;
  };
  const app = subscriptionPages({ ...deps, lookUps: { ...deps.lookUps, pages: { get: failing } } });
  const answer = await app.request('https://fanout.example.com/p/acme/subscribe');
  const page = await answer.text();
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page).toContain('That did not work just now');
  expect(page + JSON.stringify(log)).not.toContain('ada@');
  expect(log).toMatchObject([{ event: 'request.failed', route: '/p/:page/subscribe' }]);
  await tables.stop();
});
