import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../shared/domain/time.ts';
import { addSubscriber } from '../../shared/subscriptions/add-subscriber.ts';
import { confirmByCode, confirmByLink, openConfirmation } from '../../shared/subscriptions/confirm.ts';
import {
  changeSubscription,
  leaveByManage,
  openManage,
  requestManageLink,
  showSecretOnce,
} from '../../shared/subscriptions/manage.ts';
import { writeReference } from '../../shared/subscriptions/reference.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { type Desk, ENDPOINT, email, MOBILE, openDesk } from './front-desk.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

let desk: Desk;
beforeEach(async () => {
  desk = openDesk(tables);
  await desk.open();
});

const PAGE = { kind: 'page' } as const;
const API = { kind: 'selection', components: ['api'], groups: [], incidents: [] } as const;

async function active(address = email('ann')) {
  await desk.sign(address);
  await desk.answerAll();
  expect(await confirmByLink(desk.deps, desk.lastToken())).toMatchObject({ kind: 'confirmed' });
  desk.queue.length = 0;
  desk.clock.advance(DAY);
  return desk.targetOf(address);
}

async function manageToken(address = email('ann')): Promise<string> {
  const target = await active(address);
  await requestManageLink(desk.deps, target, '192.0.2.1');
  await desk.answerAll();
  return desk.lastToken();
}

describe('an address', () => {
  it('becomes active by the link that is sent to it, once, and by nothing before', async () => {
    const target = desk.targetOf(email('ann'));
    await desk.sign(email('ann'), { scope: API, filters: { minimumImpact: 'major' } });
    expect(await desk.row(target)).toMatchObject({ state: 'pending', scope: API });
    expect(JSON.stringify(desk.queue)).not.toContain('example.com');
    await desk.answerAll();
    const token = desk.lastToken();
    expect(await openConfirmation(desk.deps, token)).toMatchObject({ kind: 'open' });
    expect((await desk.row(target))?.state).toBe('pending');

    desk.clock.advance(5);
    expect(await confirmByLink(desk.deps, token)).toMatchObject({ kind: 'confirmed', showSecret: false });
    const row = await desk.row(target);
    expect(row).toMatchObject({
      state: 'active',
      confirmedAt: desk.clock.now(),
      filters: { minimumImpact: 'major' },
    });
    expect(row).not.toHaveProperty('pendingUntil');
    expect((await desk.deps.pages.get(desk.page.id))?.counts).toEqual({ email: 1 });
    desk.clock.advance(MINUTE);
    expect(await confirmByLink(desk.deps, token)).toEqual({ kind: 'invalid' });
    expect(await desk.row(target)).toEqual(row);
  });

  it('whose button is pressed twice is confirmed once, and both answers say so', async () => {
    const target = desk.targetOf(email('ann'));
    await desk.sign(email('ann'));
    await desk.answerAll();
    const token = desk.lastToken();
    const press = () => confirmByLink(desk.deps, token);
    const answers = await Promise.all([press(), press(), press()]);
    expect(answers.map(({ kind }) => kind)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    const row = await desk.row(target);
    desk.clock.advance(MINUTE - 1);
    expect(await press()).toMatchObject({ kind: 'confirmed', subscriber: { confirmedAt: row?.confirmedAt } });
    expect(await desk.row(target)).toEqual(row);
    expect(await confirmByLink(desk.deps, `${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`)).toEqual(
      { kind: 'invalid' },
    );
    await desk.deps.subscribers.unsubscribe(target.page, target.channel, target.h, desk.clock.now());
    expect(await press()).toEqual({ kind: 'invalid' });
  });

  it('that cannot be counted just now is subscribed all the same, and who comes back is not counted again', async () => {
    const target = desk.targetOf(email('ann'));
    const counts = async () => (await desk.deps.pages.get(desk.page.id))?.counts;
    await desk.sign(email('ann'));
    await desk.answerAll();
    const countSubscriber = () => Promise.reject(new Error('out of reach'));
    expect(await confirmByLink({ ...desk.deps, pages: { countSubscriber } }, desk.lastToken())).toMatchObject(
      { kind: 'confirmed' },
    );
    expect(await counts()).toEqual({});
    await desk.deps.subscribers.unsubscribe(target.page, target.channel, target.h, desk.clock.now());
    desk.clock.advance(DAY);
    await desk.sign(email('ann'));
    await desk.answerAll();
    expect(await confirmByLink(desk.deps, desk.lastToken())).toMatchObject({ kind: 'confirmed' });
    expect(await counts()).toEqual({});
  });

  it('that waits for seven days is confirmed no more', async () => {
    await desk.sign(email('ann'));
    await desk.answerAll();
    desk.clock.advance(7 * DAY);
    expect(await confirmByLink(desk.deps, desk.lastToken())).toEqual({ kind: 'expired' });
    expect((await desk.row(desk.targetOf(email('ann'))))?.state).toBe('pending');
  });

  it('that signs up again while pending gets a new link; the last choice wins, the old link opens nothing', async () => {
    await desk.sign(email('ann'));
    await desk.answerAll();
    const old = desk.lastToken();
    desk.clock.advance(10 * MINUTE);
    await desk.sign(email('ann'), { scope: API });
    await desk.answerAll();
    expect(await confirmByLink(desk.deps, old)).toEqual({ kind: 'invalid' });
    expect(await confirmByLink(desk.deps, desk.lastToken())).toMatchObject({ subscriber: { scope: API } });
  });

  it('that is active keeps its settings whoever signs it up, and is told so by mail alone', async () => {
    const target = await active();
    const before = await desk.row(target);
    const answer = await desk.sign(email('ann'), { scope: API });
    expect(answer).toEqual({ kind: 'accepted', target });
    expect(await desk.row(target)).toEqual(before);
    await desk.answerAll();
    expect(desk.received.at(-1)?.errand.kind).toBe('already');
  });

  it('gets one answer, whatever is known of it', async () => {
    const kinds = new Set<string>();
    const wanted = [
      email('new'),
      email('pending'),
      email('active'),
      email('gone'),
      email('complained'),
    ] as const;
    await desk.sign(wanted[1]);
    await active(wanted[2]);
    for (const [address, state] of [
      [wanted[3], 'unsubscribed'],
      [wanted[4], 'quarantined'],
    ] as const) {
      const { page, channel, h } = await active(address);
      if (state === 'unsubscribed')
        await desk.deps.subscribers.unsubscribe(page, channel, h, desk.clock.now());
      else await desk.deps.subscribers.quarantine(page, channel, h, 'email.complaint', desk.clock.now());
    }
    desk.queue.length = 0;
    for (const address of wanted) {
      const { target, ...answer } = { target: undefined, ...(await desk.sign(address)) };
      expect(target).toEqual(desk.targetOf(address));
      kinds.add(JSON.stringify(answer));
    }
    expect([...kinds]).toEqual(['{"kind":"accepted"}']);
    expect(desk.queue.map(({ kind }) => kind)).toEqual(wanted.map(() => 'confirm'));
    const sent = desk.received.length;
    await desk.answerAll();
    expect(desk.received.slice(sent).map(({ to, errand }) => `${to} ${errand.kind}`)).toEqual([
      'new@example.com confirm',
      'pending@example.com confirm',
      'active@example.com already',
      'gone@example.com confirm',
    ]);
  });

  it('that has left comes back by its own link only: no operator brings it back while it is pending', async () => {
    const { page, channel, h } = await active();
    await desk.deps.subscribers.unsubscribe(page, channel, h, desk.clock.now());
    await desk.sign(email('ann'));
    const adding = { ...desk.deps, hash: desk.deps.hash };
    const added = await addSubscriber(adding, desk.page, { address: email('ann') }, PAGE);
    expect(added.subscriber.state).toBe('pending');
    await desk.answerAll();
    const done = await confirmByLink(desk.deps, desk.lastToken());
    expect(done).toMatchObject({ kind: 'confirmed', subscriber: { state: 'active' } });
    expect(await desk.row({ page, channel, h })).not.toHaveProperty('unsubscribedAt');
  });

  it('that leaves with a link under way is not confirmed by it', async () => {
    await desk.sign(email('ann'));
    await desk.answerAll();
    const { page, channel, h } = desk.targetOf(email('ann'));
    await desk.deps.subscribers.unsubscribe(page, channel, h, desk.clock.now());
    expect(await confirmByLink(desk.deps, desk.lastToken())).toEqual({ kind: 'invalid' });
    expect((await desk.row({ page, channel, h }))?.state).toBe('unsubscribed');
  });

  it('that a provider surely did not write to is written to later, with a link of its own', async () => {
    desk.providersAnswer({ kind: 'backoff', cause: 'email.throttled', scope: 'sender', afterMs: 1_000 });
    await desk.sign(email('ann'));
    expect(await desk.answerAll()).toEqual([{ kind: 'later', cause: 'email.throttled', afterMs: 1_000 }]);
    desk.providersAnswer({ kind: 'inDoubt', cause: 'email.timeout' });
    desk.queue.push({ kind: 'confirm', ...desk.targetOf(email('ann')) });
    expect(await desk.answerAll()).toEqual([{ kind: 'failed', cause: 'email.timeout' }]);
  });
});

describe('a phone number', () => {
  const ref = () => writeReference(desk.targetOf(MOBILE));

  it('becomes active by the code', async () => {
    await desk.sign(MOBILE);
    await desk.answerAll();
    expect(desk.lastCode()).toMatch(/^\d{6}$/);
    expect(
      await confirmByCode(desk.deps, ref(), ` ${desk.lastCode().slice(0, 3)} ${desk.lastCode().slice(3)}`),
    ).toMatchObject({
      kind: 'confirmed',
      subscriber: { state: 'active' },
    });
    desk.clock.advance(MINUTE);
    expect(await confirmByCode(desk.deps, ref(), desk.lastCode())).toEqual({ kind: 'wrong' });
  });

  it('whose code is sent twice is confirmed once, both answers say so, and guesses go on being counted', async () => {
    await desk.sign(MOBILE);
    await desk.answerAll();
    const enter = (code: string) => confirmByCode(desk.deps, ref(), code);
    const code = desk.lastCode();
    const twice = await Promise.all([enter(code), enter(code)]);
    expect(twice.map(({ kind }) => kind)).toEqual(['confirmed', 'confirmed']);
    const row = await desk.row(desk.targetOf(MOBILE));
    expect((await desk.deps.pages.get(desk.page.id))?.counts).toEqual({ sms: 1 });
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries++) expect(await enter(wrong)).toEqual({ kind: 'wrong' });
    expect(await enter(code)).toEqual({ kind: 'wrong' });
    expect((await desk.row(desk.targetOf(MOBILE)))?.confirmedAt).toBe(row?.confirmedAt);
  });

  it('has five tries, ten minutes, and one answer for every failure', async () => {
    await desk.sign(MOBILE);
    await desk.answerAll();
    const code = desk.lastCode();
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries++)
      expect(await confirmByCode(desk.deps, ref(), wrong)).toEqual({ kind: 'wrong' });
    expect(await confirmByCode(desk.deps, ref(), code)).toEqual({ kind: 'wrong' });

    desk.clock.advance(10 * MINUTE);
    await desk.sign(MOBILE);
    await desk.answerAll();
    desk.clock.advance(10 * MINUTE);
    expect(await confirmByCode(desk.deps, ref(), desk.lastCode())).toEqual({ kind: 'wrong' });
    expect(await confirmByCode(desk.deps, 'nonsense', desk.lastCode())).toEqual({ kind: 'wrong' });
    expect(await confirmByCode(desk.deps, writeReference(desk.targetOf(email('ann'))), code)).toEqual({
      kind: 'wrong',
    });
  });

  it('five guesses at once are five tries', async () => {
    await desk.sign(MOBILE);
    await desk.answerAll();
    const wrong = desk.lastCode() === '000000' ? '000001' : '000000';
    await Promise.all(Array.from({ length: 20 }, () => confirmByCode(desk.deps, ref(), wrong)));
    expect((await desk.row(desk.targetOf(MOBILE)))?.proofs?.code?.tries).toBe(5);
  });

  it.each([
    ['+33142685300', 'notMobile'],
    ['+33899123456', 'notMobile'],
    ['+447700900123', 'notMobile'],
    ['+447911123456', 'countryNotServed'],
    ['+18005551212', 'notMobile'],
    ['nonsense', 'notANumber'],
  ])('%s is refused as %s', async (phone, fault) => {
    expect(await desk.sign({ channel: 'sms', phone })).toEqual({ kind: 'refused', fault });
    expect(desk.queue).toEqual([]);
  });
});

describe('an endpoint', () => {
  const target = () => desk.targetOf(ENDPOINT);

  it('that echoes is active, and its owner gets the link that shows the secret, once', async () => {
    await desk.sign(ENDPOINT);
    await desk.answerAll();
    expect(await desk.row(target())).toMatchObject({ state: 'active', secretVersions: [desk.clock.now()] });
    expect(desk.received).toMatchObject([{ to: 'owner@example.com', errand: { kind: 'endpointActive' } }]);
    const shown = await showSecretOnce(desk.deps, desk.lastToken());
    expect(shown).toMatchObject({ kind: 'changed' });
    if (shown.kind === 'changed')
      expect(await showSecretOnce(desk.deps, shown.token)).toEqual({ kind: 'shownBefore' });
  });

  it('that does not echo is confirmed by its owner, and shows its secret then', async () => {
    desk.endpointsEcho(false);
    await desk.sign(ENDPOINT);
    await desk.answerAll();
    expect((await desk.row(target()))?.state).toBe('pending');
    expect(await confirmByLink(desk.deps, desk.lastToken())).toMatchObject({
      kind: 'confirmed',
      showSecret: true,
    });
    expect(await desk.row(target())).toMatchObject({ state: 'active', secretShownAt: desk.clock.now() });
  });

  it('needs an owner', async () => {
    const { ownerEmail: _, ...rest } = {
      ownerEmail: '',
      page: desk.page,
      address: ENDPOINT,
      scope: PAGE,
      clientIp: '192.0.2.1',
    };
    const { signUp } = await import('../../shared/subscriptions/sign-up.ts');
    expect(await signUp(desk.deps, rest)).toEqual({ kind: 'refused', fault: 'ownerEmailMissing' });
  });
});

describe('a manage link', () => {
  it('changes the choice whole, and each use gives a new token and ends the old', async () => {
    const token = await manageToken();
    const choice = { scope: API, filters: { kinds: ['incident'] as const }, paused: true };
    expect(await openManage(desk.deps, token)).toMatchObject({ kind: 'open' });
    const changed = await changeSubscription(desk.deps, token, choice);
    expect(changed).toMatchObject({ kind: 'changed', subscriber: { scope: API, paused: true } });
    expect(await desk.row(desk.targetOf(email('ann')))).toMatchObject({
      scope: API,
      paused: true,
      filters: choice.filters,
    });
    expect(await changeSubscription(desk.deps, token, choice)).toEqual({ kind: 'invalid' });
    if (changed.kind !== 'changed') return;
    expect(await changeSubscription(desk.deps, changed.token, { scope: PAGE, paused: false })).toMatchObject({
      kind: 'changed',
    });
    const row = await desk.row(desk.targetOf(email('ann')));
    expect(row).not.toHaveProperty('paused');
    expect(row).not.toHaveProperty('filters');
  });

  it('is good for a day, however much it is used, and a new one ends the old', async () => {
    const token = await manageToken();
    desk.clock.advance(DAY / 2);
    const changed = await changeSubscription(desk.deps, token, { scope: API, paused: false });
    desk.clock.advance(DAY / 2);
    expect(changed.kind === 'changed' && (await openManage(desk.deps, changed.token))).toEqual({
      kind: 'expired',
    });
    await requestManageLink(desk.deps, desk.targetOf(email('ann')), '192.0.2.1');
    await desk.answerAll();
    expect(await openManage(desk.deps, token)).toEqual({ kind: 'invalid' });
    expect(await openManage(desk.deps, desk.lastToken())).toMatchObject({ kind: 'open' });
  });

  it('leaves, and opens nothing after that', async () => {
    const token = await manageToken();
    expect(await leaveByManage(desk.deps, token)).toMatchObject({ kind: 'left' });
    expect(await openManage(desk.deps, token)).toEqual({ kind: 'invalid' });
    expect((await desk.row(desk.targetOf(email('ann'))))?.state).toBe('unsubscribed');
  });

  it('is sent to nobody who is not subscribed, and the answer does not say so', async () => {
    const answer = await requestManageLink(desk.deps, desk.targetOf(email('nobody')), '192.0.2.1');
    expect(answer).toEqual({ kind: 'accepted' });
    expect(await desk.answerAll()).toEqual([{ kind: 'nothing', cause: 'unknown' }]);
    expect(desk.received).toEqual([]);
  });

  it('that could not be asked for costs nobody their turn', async () => {
    const target = await active();
    const ring = () => Promise.reject(new Error('out of reach'));
    await expect(requestManageLink({ ...desk.deps, ring }, target, '192.0.2.1')).rejects.toThrow('out of');
    await requestManageLink(desk.deps, target, '192.0.2.1');
    expect(await desk.answerAll()).toEqual([{ kind: 'sent' }]);
  });

  it('and a confirmation link open nothing of one another', async () => {
    await desk.sign(email('bob'));
    await desk.answerAll();
    const confirm = desk.lastToken();
    expect(await openManage(desk.deps, confirm)).toEqual({ kind: 'invalid' });
    const manage = await manageToken();
    expect(await openConfirmation(desk.deps, manage)).toEqual({ kind: 'invalid' });
    expect(await confirmByLink(desk.deps, manage)).toEqual({ kind: 'invalid' });
  });
});
