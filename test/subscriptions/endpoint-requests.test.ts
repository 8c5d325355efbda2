import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../shared/domain/time.ts';
import { answerRequest } from '../../shared/subscriptions/answer-request.ts';
import { openManage } from '../../shared/subscriptions/manage.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { createWorld } from '../fanout/world.ts';
import { type Desk, ENDPOINT, openDesk } from './front-desk.ts';

let tables: TestTables;
let desk: Desk;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  desk = openDesk(tables);
  await desk.open();
});

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });

/** An endpoint that has echoed its challenge. */
async function active() {
  await desk.sign(ENDPOINT);
  await desk.answerAll();
  desk.received.length = 0;
  return desk.targetOf(ENDPOINT);
}

describe('the owner of an endpoint', () => {
  it('is written to while it fails, and not when it has mended by then', async () => {
    const target = await active();
    const { page, channel, h } = target;
    const failing = () => answerRequest(desk.deps, { kind: 'failing', ...target });
    expect(await failing()).toEqual({ kind: 'nothing', cause: 'mended' });
    const strike = { rule: 'webhook.failing', cause: 'webhook.http_500', about: 'u1' } as const;
    for (const at of [0, DAY]) {
      await desk.deps.subscribers.strike(page, channel, h, strike, desk.clock.now() + at);
    }
    expect(await failing()).toEqual({ kind: 'sent' });
    expect(desk.received).toMatchObject([
      { to: 'owner@example.com', errand: { kind: 'endpointFailing', cause: 'webhook.http_500' } },
    ]);
  });

  it('is written to when it was given up, with a link that opens its page', async () => {
    const target = await active();
    const { page, channel, h } = target;
    await desk.deps.subscribers.quarantine(page, channel, h, 'webhook.gone', desk.clock.now());
    expect(await answerRequest(desk.deps, { kind: 'disabled', ...target })).toEqual({ kind: 'sent' });
    expect(desk.received).toMatchObject([
      { to: 'owner@example.com', errand: { kind: 'endpointDisabled', cause: 'webhook.gone' } },
    ]);
    expect(await openManage(desk.deps, desk.lastToken())).toMatchObject({
      kind: 'open',
      subscriber: { state: 'quarantined' },
    });
  });
});

describe('a test', () => {
  it('is one call, also to an endpoint that was given up, and is not tried again by itself', async () => {
    const target = await active();
    const test = () => answerRequest(desk.deps, { kind: 'test', ...target });
    expect(await test()).toEqual({ kind: 'sent' });
    await desk.deps.subscribers.quarantine(
      target.page,
      'webhook',
      target.h,
      'webhook.gone',
      desk.clock.now(),
    );
    desk.providersAnswer({ kind: 'retry', cause: 'webhook.timeout' });
    expect(await test()).toEqual({ kind: 'failed', cause: 'webhook.timeout' });
    expect(desk.pinged).toEqual([target.h, target.h]);
  });
});

describe('an update that is sent again', () => {
  it('goes to this endpoint alone, and its receipt stays as it is', async () => {
    const world = createWorld(tables);
    await world.open();
    const h = await world.subscribe('webhook', 'mine');
    await world.subscribe('webhook', 'another');
    world.clock.advance(SECOND);
    await world.publish({ ...UPDATE, id: 'u1' });
    await world.settle();
    const before = await world.receipt('u1');
    const answer = (update?: string) =>
      answerRequest(desk.deps, {
        kind: 'resend',
        page: world.page,
        channel: 'webhook',
        h,
        ...(update !== undefined && { update }),
      });
    expect(await answer('u1')).toEqual({ kind: 'sent' });
    expect(desk.told).toEqual([{ update: 'u1', h }]);
    expect(await world.receipt('u1')).toEqual(before);
    expect(await answer('never was')).toEqual({ kind: 'nothing', cause: 'unknownUpdate' });
    await world.stores.subscribers.unsubscribe(world.page, 'webhook', h, world.clock.now());
    expect(await answer('u1')).toEqual({ kind: 'nothing', cause: 'unsubscribed' });
    expect(desk.told).toHaveLength(1);
  });
});
