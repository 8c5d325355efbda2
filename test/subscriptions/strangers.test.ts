import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { DAY, HOUR } from '../../shared/domain/time.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import { endpointSettingsStore } from '../../shared/store/endpoint-settings.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { addSubscriber } from '../../shared/subscriptions/add-subscriber.ts';
import { confirmByLink } from '../../shared/subscriptions/confirm.ts';
import { revival } from '../../shared/subscriptions/endpoint-acts.ts';
import { eraseAddress } from '../../shared/subscriptions/erase-address.ts';
import { importSubscriber } from '../../shared/subscriptions/import-subscriber.ts';
import { openManage } from '../../shared/subscriptions/manage.ts';
import { changeEndpoint } from '../../shared/subscriptions/manage-endpoint.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Desk, ENDPOINT, email, openDesk } from './front-desk.ts';

/** Whoever types an address into the form may be anybody. What they chose counts once the owner has agreed, and not before. */
let tables: TestTables;
let desk: Desk;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  desk = openDesk(tables);
  await desk.open();
  desk.endpointsEcho(false);
});

const { secretOf } = createEndpointSecrets('webhook-key-of-the-tests-0123456789');
const EVERYTHING = { kind: 'page' } as const;
const NARROW = { kind: 'selection', components: ['blog'], groups: [], incidents: [] } as const;

/** Signs the endpoint up and agrees, as a mailbox of one's own lets anybody. Returns the secret that is shown. */
async function takeEndpoint(ownerEmail: string): Promise<string> {
  await desk.sign(ENDPOINT, { ownerEmail });
  await desk.answerAll();
  const confirmed = await confirmByLink(desk.deps, desk.lastToken());
  if (confirmed.kind !== 'confirmed') throw new Error(`Expected to confirm, got ${confirmed.kind}`);
  expect(confirmed.showSecret).toBe(true);
  return secretOf(confirmed.subscriber);
}

describe('a signing secret is nobody else’s', () => {
  it.each([
    ['left', () => desk.deps.subscribers.unsubscribe(...nameOf(), desk.clock.now())],
    ['was erased', () => eraseAddress(erasing(), desk.page.id, ENDPOINT, { everywhere: false })],
  ])('an endpoint that %s and is signed up by a stranger is signed with another', async (_, end) => {
    const ours = await takeEndpoint('owner@example.com');
    await end();
    desk.clock.advance(DAY);
    expect(await takeEndpoint('mallory@example.net')).not.toBe(ours);
  });
});

describe('an endpoint that was given up stays its owner’s', () => {
  const MALLORY = { ownerEmail: 'mallory@example.net', format: 'cloudevents', scope: NARROW } as const;

  async function givenUp() {
    await takeEndpoint('owner@example.com');
    await desk.answerAll();
    await desk.deps.subscribers.quarantine(...nameOf(), 'webhook.gone', desk.clock.now());
    desk.clock.advance(HOUR);
    await desk.deps.ring({ kind: 'disabled', ...desk.targetOf(ENDPOINT) });
    await desk.answerAll();
    desk.received.splice(0, desk.received.length - 1);
    return { link: desk.lastToken(), row: await desk.row(desk.targetOf(ENDPOINT)) };
  }

  it('when a stranger signs it up: nothing changes, the answer is everybody’s, and the owner’s link has it used again', async () => {
    const { link, row } = await givenUp();
    const elsewhere = await desk.sign(
      { channel: 'webhook', url: 'https://new.example.org/in' },
      { ...MALLORY },
    );
    desk.queue.length = 0;
    const answer = await desk.sign(ENDPOINT, MALLORY);
    expect(Object.keys(answer)).toEqual(Object.keys(elsewhere));
    expect(answer).toEqual({ kind: 'accepted', target: desk.targetOf(ENDPOINT) });
    expect(desk.queue).toHaveLength(1);
    expect(await desk.answerAll()).toEqual([{ kind: 'nothing', cause: 'holdsLink' }]);
    expect(desk.challenged).toHaveLength(1);
    expect(desk.received).toMatchObject([{ to: 'owner@example.com' }]);
    expect(await desk.row(desk.targetOf(ENDPOINT))).toEqual(row);
    const settings = endpointSettingsStore(tables.client, tables.names.subscribers);
    const revived = await changeEndpoint({ ...desk.deps, endpointSettings: settings }, link, revival);
    expect(revived).toMatchObject({ kind: 'changed' });
    expect(await desk.row(desk.targetOf(ENDPOINT))).toMatchObject({
      state: 'active',
      ownerEmail: 'owner@example.com',
      scope: EVERYTHING,
    });
  });

  it('when the owner’s link has run out: they get another, whoever signs it up', async () => {
    await givenUp();
    desk.clock.advance(2 * DAY);
    await desk.sign(ENDPOINT, MALLORY);
    expect(await desk.answerAll()).toEqual([{ kind: 'sent' }]);
    expect(desk.received.at(-1)).toMatchObject({
      to: 'owner@example.com',
      errand: { kind: 'endpointDisabled', cause: 'webhook.gone' },
    });
    expect(await openManage(desk.deps, desk.lastToken())).toMatchObject({ kind: 'open' });
    expect(await desk.row(desk.targetOf(ENDPOINT))).toMatchObject({ state: 'quarantined' });
  });
});

describe('who is added by the operator has nothing of what a stranger chose for them', () => {
  it('no owner, who would be sent the links that show the secret', async () => {
    await desk.sign(ENDPOINT, { ownerEmail: 'mallory@example.net', format: 'cloudevents' });
    await addSubscriber(desk.deps, desk.page, { address: ENDPOINT }, EVERYTHING);
    const row = await desk.row(desk.targetOf(ENDPOINT));
    expect(row).toMatchObject({ state: 'active' });
    expect(row).not.toHaveProperty('ownerEmail');
    expect(row).not.toHaveProperty('format');
  });

  it('nor by import, neither filters nor secrets that are out', async () => {
    for (const address of [ENDPOINT, email('ann')] as const) {
      await desk.sign(address, {
        scope: NARROW,
        filters: { minimumImpact: 'critical' },
        ...(address.channel === 'webhook' && { ownerEmail: 'mallory@example.net' }),
      });
      await desk.answerAll();
      await importSubscriber({ ...desk.deps, rows: rows(), confirmations }, desk.page, {
        address,
        scope: () => EVERYTHING,
        hasConsent: true,
        source: 'import',
      });
      const row = await desk.row(desk.targetOf(address));
      expect(row).toMatchObject({ state: 'active', source: 'import' });
      for (const theirs of ['filters', 'ownerEmail', 'proofs']) expect(row).not.toHaveProperty(theirs);
    }
  });

  it('what its owner chose stays when the operator adds it once more', async () => {
    await takeEndpoint('owner@example.com');
    await importSubscriber({ ...desk.deps, rows: rows(), confirmations }, desk.page, {
      address: ENDPOINT,
      scope: (known) => known ?? EVERYTHING,
      hasConsent: true,
      source: 'import',
    });
    expect(await desk.row(desk.targetOf(ENDPOINT))).toMatchObject({
      ownerEmail: 'owner@example.com',
      source: 'self',
    });
  });
});

const rows = () => subscriberRowStore(tables.client, tables.names.subscribers);
const erasing = () => ({
  ...desk.deps,
  rows: rows(),
  attempts: attemptStore(tables.client, tables.names.deliveries),
});
const confirmations = { send: async () => 0 };

function nameOf() {
  const { page, channel, h } = desk.targetOf(ENDPOINT);
  return [page, channel, h] as const;
}
