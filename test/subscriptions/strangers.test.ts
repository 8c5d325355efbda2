import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEndpointSecrets } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { DAY } from '../../shared/domain/time.ts';
import { attemptStore } from '../../shared/store/attempts.ts';
import { subscriberRowStore } from '../../shared/store/subscriber-rows.ts';
import { addSubscriber } from '../../shared/subscriptions/add-subscriber.ts';
import { confirmByLink } from '../../shared/subscriptions/confirm.ts';
import { eraseAddress } from '../../shared/subscriptions/erase-address.ts';
import { importSubscriber } from '../../shared/subscriptions/import-subscriber.ts';
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
    ['was given up', () => desk.deps.subscribers.quarantine(...nameOf(), 'webhook.gone', desk.clock.now())],
    ['left', () => desk.deps.subscribers.unsubscribe(...nameOf(), desk.clock.now())],
    ['was erased', () => eraseAddress(erasing(), desk.page.id, ENDPOINT, { everywhere: false })],
  ])('an endpoint that %s and is signed up by a stranger is signed with another', async (_, end) => {
    const ours = await takeEndpoint('owner@example.com');
    await end();
    desk.clock.advance(DAY);
    expect(await takeEndpoint('mallory@example.net')).not.toBe(ours);
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
