import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../shared/domain/time.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { formOf, openSite, type Site } from './site.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const EMAIL = { channel: 'email', email: 'ada@example.com' } as const;
const PHONE = { channel: 'sms', phone: '+33612345678' } as const;
const HOOK = { channel: 'webhook', url: 'https://hooks.example.org/in' } as const;

const pending = (site: Site, address: typeof EMAIL | typeof PHONE | typeof HOOK) =>
  site.add(address, { state: 'pending', pendingUntil: site.clock.now() + 7 * DAY });

describe('a confirmation link', () => {
  it('shows what it is about and a button; the button subscribes, once', async () => {
    const site = await openSite(tables);
    const path = `/confirm/${await site.confirmToken(await pending(site, EMAIL))}`;
    const shown = await (await site.get(path)).text();
    expect(shown).toContain('The whole page');
    expect(shown).toContain(`action="${path}"`);
    expect((await site.row(EMAIL))?.state).toBe('pending');

    const answer = await site.post(path);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('You are subscribed');
    expect(await site.row(EMAIL)).toMatchObject({ state: 'active', confirmedAt: site.clock.now() });
    expect(site.rung.map(({ kind }) => kind)).toEqual(['lift']);

    expect(await (await site.post(path)).text()).toContain('You are subscribed');
    site.clock.advance(MINUTE);
    const again = await site.post(path);
    expect(again.status).toBe(404);
    expect(await again.text()).toContain('If you pressed the button before');
    expect((await site.get(path)).status).toBe(404);
  });

  it('has run out after seven days', async () => {
    const site = await openSite(tables);
    const path = `/confirm/${await site.confirmToken(await pending(site, EMAIL))}`;
    site.clock.advance(7 * DAY);
    expect((await site.get(path)).status).toBe(410);
    expect((await site.post(path)).status).toBe(410);
    expect((await site.row(EMAIL))?.state).toBe('pending');
  });

  it('of a webhook shows the signing secret on that one answer', async () => {
    const site = await openSite(tables);
    const path = `/confirm/${await site.confirmToken(await pending(site, HOOK))}`;
    expect(await (await site.get(path)).text()).not.toContain('whsec_');
    const shown = await (await site.post(path)).text();
    expect(shown).toMatch(/whsec_[\w+/]{43}=/);
    expect(await (await site.post(path)).text()).toBe(shown);
    site.clock.advance(MINUTE);
    expect(await (await site.post(path)).text()).not.toContain('whsec_');
  });

  it('of another purpose or another row opens nothing', async () => {
    const site = await openSite(tables);
    const active = await site.add(EMAIL);
    const manage = await site.manageToken(active);
    const other = await site.confirmToken(await pending(site, HOOK));
    const [reference = ''] = manage.split('.');
    const [, secret = ''] = other.split('.');
    const before = await site.everything();
    const tokens = [
      manage,
      `${reference}.${secret}`,
      `${other}x`,
      other.slice(0, -1),
      `${other}.x`,
      reference,
    ];
    for (const token of tokens) {
      for (const path of [`/confirm/${token}`, ...(token === manage ? [] : [`/manage/${token}`])]) {
        expect((await site.get(path)).status).toBe(404);
        expect((await site.post(path, { do: 'leave' })).status).toBe(404);
      }
    }
    expect(await site.everything()).toBe(before);
  });
});

describe('the code of a text', () => {
  it('subscribes, spaces and all', async () => {
    const site = await openSite(tables);
    await site.giveCode(await pending(site, PHONE), '012345');
    const answer = await site.post(`/confirm/sms/${site.reference(PHONE)}`, { code: ' 012 345 ' });
    expect(await answer.text()).toContain('You are subscribed');
    expect((await site.row(PHONE))?.state).toBe('active');
  });

  it('has five tries and ten minutes', async () => {
    const site = await openSite(tables);
    const path = `/confirm/sms/${site.reference(PHONE)}`;
    await site.giveCode(await pending(site, PHONE), '012345');
    await site.post(path, { code: 'abc' });
    await site.post(path, {});
    for (let n = 0; n < 5; n++) expect((await site.post(path, { code: '999999' })).status).toBe(422);
    expect((await site.post(path, { code: '012345' })).status).toBe(422);
    expect((await site.row(PHONE))?.state).toBe('pending');

    const late = await openSite(tables);
    await late.giveCode(await pending(late, PHONE), '012345');
    late.clock.advance(10 * MINUTE);
    expect((await late.post(`/confirm/sms/${late.reference(PHONE)}`, { code: '012345' })).status).toBe(422);
  });

  it('is asked for and refused alike, whether or not the number waits for one', async () => {
    const site = await openSite(tables, { page: 'alike' });
    const path = `/confirm/sms/${site.reference(PHONE)}`;
    const unknown = [
      await (await site.get(path)).text(),
      await (await site.post(path, { code: '111111' })).text(),
    ];
    await site.giveCode(await pending(site, PHONE), '012345');
    const waiting = [
      await (await site.get(path)).text(),
      await (await site.post(path, { code: '111111' })).text(),
    ];
    expect(waiting).toEqual(unknown);
  });

  it('is not asked for by a reference of another channel or of none', async () => {
    const site = await openSite(tables);
    for (const reference of [site.reference(EMAIL), 'x', '__proto__', '%00']) {
      expect((await site.get(`/confirm/sms/${reference}`)).status).toBe(404);
      expect((await site.post(`/confirm/sms/${reference}`, { code: '123456' })).status).toBe(404);
    }
  });
});

describe('a manage link', () => {
  const selection = { kind: 'selection', components: ['push'], groups: [], incidents: ['outage'] } as const;

  it('shows what, why and when, and not whose address', async () => {
    const site = await openSite(tables);
    await site.withIncident('outage', 'Payments fail');
    const row = await site.add(EMAIL, { scope: selection, filters: { minimumImpact: 'major' } });
    const page = await (await site.get(`/manage/${await site.manageToken(row)}`)).text();
    expect(formOf(page)).toEqual({
      do: 'save',
      detail: '',
      scope: 'selection',
      components: ['push'],
      incidents: ['outage'],
      kinds: ['incident', 'maintenance'],
      minimumImpact: 'major',
    });
    expect(page).toContain('Payments fail');
    expect(page).toContain('signed up and confirmed');
    expect(page).toContain('Nothing lately');
    expect(page).toContain('a•••@example.com');
    expect(page).not.toContain('ada@');
  });

  it('saves a choice; sent back as it came it changes nothing', async () => {
    const site = await openSite(tables);
    const row = await site.add(EMAIL, { scope: selection, filters: { kinds: ['incident'] } });
    const first = `/manage/${await site.manageToken(row)}`;
    const saved = await site.post(first, formOf(await (await site.get(first)).text()));
    expect(saved.status).toBe(303);
    expect(await site.row(EMAIL)).toMatchObject({ scope: selection, filters: { kinds: ['incident'] } });

    const next = saved.headers.get('location') ?? '';
    const page = await (await site.get(next)).text();
    expect(page).toContain('Saved.');
    const form = { ...formOf(page), scope: 'page', kinds: ['incident', 'maintenance'] };
    expect((await site.post(next, form)).status).toBe(303);
    const now = await site.row(EMAIL);
    expect(now?.scope).toEqual({ kind: 'page' });
    expect(now?.filters).toBeUndefined();
    // The first secret was used up.
    expect((await site.post(first, form)).status).toBe(404);
  });

  it('pauses and resumes, and keeps the choice', async () => {
    const site = await openSite(tables);
    const row = await site.add(EMAIL, { scope: selection });
    const paused = await site.post(`/manage/${await site.manageToken(row)}`, { do: 'pause' });
    expect(await site.row(EMAIL)).toMatchObject({ paused: true, scope: selection, state: 'active' });
    const next = paused.headers.get('location') ?? '';
    expect(await (await site.get(next)).text()).toContain('Paused: you hear of nothing');
    await site.post(next, { do: 'resume' });
    expect((await site.row(EMAIL))?.paused).toBeUndefined();
  });

  it('ends the subscription', async () => {
    const site = await openSite(tables);
    const path = `/manage/${await site.manageToken(await site.add(EMAIL))}`;
    const answer = await site.post(path, { do: 'leave' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('You are unsubscribed');
    expect((await site.row(EMAIL))?.state).toBe('unsubscribed');
    expect(site.log.map(({ event }) => event)).toEqual(['subscription.ended']);
    expect((await site.get(path)).status).toBe(404);
  });

  it.each([
    [{ do: 'save', scope: 'selection', kinds: 'incident' }, 422],
    [{ do: 'save', scope: 'selection', components: 'gone', kinds: 'incident' }, 422],
    [{ do: 'save', scope: 'selection', incidents: 'another', kinds: 'incident' }, 422],
    [{ do: 'save', scope: 'page' }, 422],
    [{ do: 'secret' }, 404],
    [{ do: 'erase everything' }, 200],
    [{}, 200],
    [{ do: 'x'.repeat(200_000) }, 413],
  ])('refuses what it does not know (%#) and writes nothing', async (fields, status) => {
    const site = await openSite(tables);
    const path = `/manage/${await site.manageToken(await site.add(EMAIL))}`;
    const before = await site.everything();
    expect((await site.post(path, fields)).status).toBe(status);
    expect(await site.everything()).toBe(before);
  });

  it('has run out after a day', async () => {
    const site = await openSite(tables);
    const path = `/manage/${await site.manageToken(await site.add(EMAIL))}`;
    site.clock.advance(DAY);
    expect((await site.get(path)).status).toBe(410);
    expect((await site.post(path, { do: 'leave' })).status).toBe(410);
    expect((await site.row(EMAIL))?.state).toBe('active');
  });

  it('shows the secret of a webhook once', async () => {
    const site = await openSite(tables);
    const path = `/manage/${await site.manageToken(await site.add(HOOK))}`;
    const shown = await (await site.post(path, { do: 'secret' })).text();
    expect(shown).toMatch(/whsec_[\w+/]{43}=/);
    const next = /action="(\/manage\/[^"]+)"/.exec(shown)?.[1] ?? '';
    expect(await (await site.get(next)).text()).toContain('It was shown on');
    expect(await (await site.post(next, { do: 'secret' })).text()).not.toContain('whsec_');
  });
});

describe('the link of a message', () => {
  it('sends a manage link to the address itself, and shows nothing of the subscription', async () => {
    const site = await openSite(tables);
    const path = site.links.manage(await site.add(EMAIL));
    const page = await (await site.get(path)).text();
    expect(page).toContain('Send me a link');
    expect(page).not.toContain('example.com"');
    expect((await site.post(path)).status).toBe(202);
    expect(site.rung).toEqual([{ kind: 'manage', ...site.target(EMAIL) }]);
  });

  it('answers alike for somebody unknown, and when it is asked too often', async () => {
    const site = await openSite(tables);
    const stranger = site.links.manage(site.target(EMAIL));
    const known = site.links.manage(await site.add(PHONE));
    const texts = new Set<string>();
    for (const path of [stranger, stranger]) texts.add(await (await site.post(path)).text());
    expect(texts.size).toBe(1);
    expect((await site.post(known)).status).toBe(202);
    expect(site.rung).toHaveLength(2);
  });
});

describe('an unsubscribe link', () => {
  it('ends the subscription by one POST, and names the page before', async () => {
    const site = await openSite(tables);
    const path = site.links.unsubscribe(await site.add(EMAIL));
    const shown = await (await site.get(path)).text();
    expect(shown).toContain('<strong>Acme</strong>');
    expect(shown).toContain(
      `<form method="post" action="${path}"><button class="main-act">Unsubscribe</button>`,
    );
    const answer = await site.send('POST', path, { body: 'List-Unsubscribe=One-Click' });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
    expect((await site.row(EMAIL))?.state).toBe('unsubscribed');
    expect((await site.post(path)).status).toBe(200);
    expect((await site.post('/u/nothing')).status).toBe(200);
    expect((await site.get('/u/nothing')).status).toBe(404);
  });
});
