import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import type { Choice, Subscriber } from '../../shared/domain/subscriber.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { answerRequest } from '../../shared/subscriptions/answer-request.ts';
import { confirmByLink } from '../../shared/subscriptions/confirm.ts';
import type { ReadLink } from '../../shared/subscriptions/held-links.ts';
import { lastTold } from '../../shared/subscriptions/last-told.ts';
import { leave } from '../../shared/subscriptions/leave.ts';
import { linkTokenWriter, readLinkToken } from '../../shared/subscriptions/link-token.ts';
import { anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { createWorld } from '../fanout/world.ts';
import { email, openDesk } from './front-desk.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const { page: _page, acceptedAt: _acceptedAt, ...UPDATE } = anUpdate({ id: 'template' });
/** Recipients of one call by email. */
const WINDOW = CHANNEL_SIZING.email.windowSize;
const LINK_KEY = 'link-key-of-the-test-link-key-of-the-test';
const readLink: ReadLink = async (token, purpose) => readLinkToken(LINK_KEY, token, purpose);

/** A desk and a fan-out of the same page. */
async function aPage() {
  const world = createWorld(tables);
  await world.open();
  const desk = openDesk(tables);
  const deps = { ...desk.deps, clock: { ...desk.deps.clock, now: world.clock.now } };
  const page = { ...desk.page, id: world.page };
  const publish = (id: string, more: Partial<typeof UPDATE> = {}) =>
    world.publish({ ...UPDATE, id, ...more });
  /** Signed up and confirmed now. */
  async function join(name: string, choice: Partial<Choice> = {}) {
    const { signUp } = await import('../../shared/subscriptions/sign-up.ts');
    const clientIp = `10.9.${desk.received.length}.1`;
    await signUp(deps, { page, address: email(name), scope: { kind: 'page' }, clientIp, ...choice });
    await drain();
    const token = desk.lastToken();
    const confirmed = await confirmByLink(deps, token);
    if (confirmed.kind !== 'confirmed') throw new Error(`Expected ${name} to be confirmed`);
    return confirmed.subscriber;
  }
  async function drain() {
    const answers = [];
    for (let request = desk.queue.shift(); request !== undefined; request = desk.queue.shift()) {
      answers.push(await answerRequest(deps, request));
    }
    return answers;
  }
  return { world, desk, deps, publish, join, drain };
}

describe('who confirms in the middle of an incident', () => {
  it('is told once how it stands, and by the fan-out from then on', async () => {
    const { world, desk, publish, join, drain } = await aPage();
    await publish('u1');
    await publish('u2', { status: 'identified' });
    world.clock.advance(SECOND);
    const { h } = await join('ann');
    const again = [...desk.queue];
    await drain();
    expect(desk.told).toEqual([{ update: 'u2', h }]);
    desk.queue.push(...again);
    expect(await drain()).toEqual([{ kind: 'nothing', cause: 'toldBefore' }]);
    expect(desk.told).toHaveLength(1);

    world.clock.advance(SECOND);
    await publish('u3', { status: 'monitoring' });
    await world.settle();
    expect(world.provider.accepted.map(({ update }) => update)).toEqual(['u3']);
  });

  it('is told nothing of what is over, of what does not concern them, or of what the fan-out tells them', async () => {
    const { world, desk, publish, join, drain } = await aPage();
    await publish('over1', { incident: { id: 'over', name: 'Over', impact: 'minor' } });
    await publish('over2', { incident: { id: 'over', name: 'Over', impact: 'minor' }, status: 'resolved' });
    await publish('small', { incident: { id: 'small', name: 'Small', impact: 'minor' } });
    await publish('big', { incident: { id: 'big', name: 'Big', impact: 'major' } });
    await publish('moving', { incident: { id: 'moving', name: 'Moving', impact: 'critical' } });
    world.clock.advance(SECOND);
    const { h } = await join('ann', { filters: { minimumImpact: 'major' } });
    world.clock.advance(SECOND);
    await publish('moving2', { incident: { id: 'moving', name: 'Moving', impact: 'critical' } });
    await drain();
    expect(desk.told).toEqual([{ update: 'big', h }]);
  });
});

describe('who leaves while an update is being delivered', () => {
  it('is told nothing after the answer', async () => {
    const { world, deps, publish } = await aPage();
    const everybody: string[] = [];
    for (let index = 0; index < 220; index++) everybody.push(await world.subscribe('email', `p${index}`));
    everybody.sort();
    world.clock.advance(SECOND);
    await publish('u1');
    const left = new Set<string>();
    let deliveries = 0;
    let calls = 0;
    // While a call is on its way six leave whom later calls would tell: three of the very next window, three at the end.
    world.provider.follow(async () => {
      const place = deliveries++;
      if (calls === world.provider.calls()) return 'accept' as const;
      calls = world.provider.calls();
      const staying = everybody.filter((h) => !left.has(h)).slice(place + WINDOW);
      for (const h of [...staying.slice(0, 3), ...staying.slice(-3)]) {
        const token = linkTokenWriter(LINK_KEY)('unsubscribe', { page: world.page, channel: 'email', h });
        expect(await leave({ ...deps, readLink }, token)).toMatchObject({ kind: 'left' });
        left.add(h);
      }
      world.clock.advance(1.1 * SECOND);
      return 'accept' as const;
    });
    await world.settle();
    expect(left.size).toBeGreaterThanOrEqual(18);
    const told = world.provider.accepted.map(({ h }) => h).sort();
    expect(told).toEqual(everybody.filter((h) => !left.has(h)));
  });

  it('by a token that is broken, of another purpose or another key: nothing', async () => {
    const { world, deps } = await aPage();
    const h = await world.subscribe('email', 'ann');
    const target = { page: world.page, channel: 'email', h } as const;
    const good = linkTokenWriter(LINK_KEY)('unsubscribe', target);
    const leaving = { ...deps, readLink };
    for (const token of [
      linkTokenWriter(LINK_KEY)('manage', target),
      linkTokenWriter(`${LINK_KEY}2`)('unsubscribe', target),
      `${good}x`,
      '',
    ]) {
      expect(await leave(leaving, token)).toEqual({ kind: 'nothing' });
    }
    expect((await world.stores.subscribers.get(world.page, 'email', h))?.state).toBe('active');
    expect(await leave(leaving, good)).toEqual({ kind: 'left', target });
    expect(await leave(leaving, good)).toEqual({ kind: 'left', target });
  });
});

describe('what a subscriber was last told', () => {
  it('comes from the ledger, newest first, and holds nothing that they were not told', async () => {
    const { world, deps, publish } = await aPage();
    const ann = await world.subscribe('email', 'ann');
    const bob = await world.subscribe('email', 'bob');
    world.clock.advance(SECOND);
    world.provider.follow((_, { recipient }) =>
      recipient.h === bob ? { kind: 'drop', cause: 'email.rejected' } : 'accept',
    );
    await publish('u1');
    await world.settle();
    world.clock.advance(5 * MINUTE);
    await publish('quiet', { notify: false });
    await publish('u2', { status: 'resolved' });
    await world.settle();
    const rowOf = async (h: string): Promise<Subscriber> => {
      const row = await world.stores.subscribers.get(world.page, 'email', h);
      if (row === undefined) throw new Error('Expected a row');
      return row;
    };
    const reading = { ...deps, ...world.stores };
    const told = await lastTold(reading, await rowOf(ann));
    expect(told.map(({ update, status, because }) => [update, status, because])).toEqual([
      ['u2', 'resolved', 'page'],
      ['u1', 'investigating', 'page'],
    ]);
    expect(told[0]?.title).toBe('Major downtime');
    expect(await lastTold(reading, await rowOf(bob))).toEqual([]);
  });
});
