import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { formOf, openSite } from './site.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const EMAIL = { channel: 'email', email: 'Ada@example.com' } as const;
const PHONE = { channel: 'sms', phone: '+33612345678' } as const;
const HOOK = { channel: 'webhook', url: 'https://hooks.example.org/in' } as const;
const EVERYTHING = { scope: 'page', kinds: ['incident', 'maintenance'], minimumImpact: 'none' };

describe('the subscribe page', () => {
  it('names its feeds, for readers that look for them and for people', async () => {
    const site = await openSite(tables);
    const page = await (await site.get(`/p/${site.page}/subscribe`)).text();
    for (const [file, type] of [
      ['feed.atom', 'application/atom+xml'],
      ['feed.json', 'application/feed+json'],
      ['maintenance.ics', 'text/calendar'],
    ]) {
      const discovery = new RegExp(
        `<link rel="alternate" type="([^"]+)" title="[^"]+" href="/p/${site.page}/${file}">`,
      );
      expect(discovery.exec(page)?.[1]).toBe(type);
      expect(page).toContain(`<a href="/p/${site.page}/${file}"`);
      expect(page).toContain(`<a href="/p/${site.page}/components/push/${file}"`);
    }
  });

  it('is complete without a script, and may load nothing', async () => {
    const site = await openSite(tables);
    const answer = await site.get(site.subscribePath);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<title>Subscribe to Acme · Acme</title>');
    expect(page).not.toMatch(/<script| on\w+=|<img|<link(?! rel="alternate")|javascript:/i);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'/);
    expect(policy).not.toContain('unsafe');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it.each(['email', 'sms', 'webhook'])('labels every control of %s', async (channel) => {
    const site = await openSite(tables);
    const page = await (await site.get(`${site.subscribePath}?channel=${channel}`)).text();
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const controls = [...page.matchAll(/<(input|select)[^>]*>/g)].map(([tag]) => tag);
    for (const tag of controls.filter((one) => !/type="(hidden|checkbox|radio)"|name="website"/.test(one))) {
      expect(page).toContain(`<label for="${/ id="([^"]+)"/.exec(tag)?.[1]}">`);
    }
    for (const [box] of page.matchAll(/<input type="(checkbox|radio)"[^>]*>/g)) {
      expect(page.slice(0, page.indexOf(box)).trimEnd()).toMatch(/<label class="pick">$/);
    }
  });

  it('shows only the channels that are on', async () => {
    const site = await openSite(tables, { channels: ['email', 'slack'] });
    const page = await (await site.get(`${site.subscribePath}?channel=sms`)).text();
    expect(page).toContain('name="email"');
    expect(page).not.toContain('channel=sms');
    expect(await (await site.get(`${site.subscribePath}?channel=slack`)).text()).toContain(
      `href="/slack/install?page=${site.page}"`,
    );
  });

  it.each([
    '/p/nowhere/subscribe',
    '/p/%23/subscribe',
    `/p/${'a'.repeat(65)}/subscribe`,
    '/p/__proto__/subscribe',
  ])('of no page (%s) is a clear 404', async (path) => {
    const site = await openSite(tables);
    for (const method of ['GET', 'POST']) {
      const answer = await site.send(method, path);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('There is no such page');
    }
  });
});

describe('signing up', () => {
  it('by email makes a pending row and asks its owner', async () => {
    const site = await openSite(tables);
    const answer = await site.post(site.subscribePath, {
      channel: 'email',
      email: ' Ada@EXAMPLE.com ',
      scope: 'selection',
      components: ['dashboard'],
      groups: ['apis'],
      kinds: ['incident'],
      minimumImpact: 'major',
    });
    expect(answer.status).toBe(202);
    expect(await answer.text()).toContain('Check your mailbox');
    expect(await site.row(EMAIL)).toMatchObject({
      state: 'pending',
      source: 'self',
      scope: { kind: 'selection', components: ['dashboard'], groups: ['apis'], incidents: [] },
      filters: { kinds: ['incident'], minimumImpact: 'major' },
    });
    expect(site.rung).toEqual([{ kind: 'confirm', ...site.target(EMAIL) }]);
  });

  it('by text leads to the form for the code', async () => {
    const site = await openSite(tables);
    const answer = await site.post(site.subscribePath, {
      channel: 'sms',
      phone: '+33 6 12 34 56 78',
      ...EVERYTHING,
    });
    expect(answer.status).toBe(202);
    expect(await answer.text()).toContain(`action="/confirm/sms/${site.reference(PHONE)}"`);
    expect(site.rung).toEqual([{ kind: 'code', ...site.target(PHONE) }]);
  });

  it('by webhook asks for its owner and has the endpoint challenged', async () => {
    const site = await openSite(tables);
    const form = { channel: 'webhook', url: HOOK.url, ownerEmail: 'ops@example.org', ...EVERYTHING };
    expect((await site.post(site.subscribePath, form)).status).toBe(202);
    expect(await site.row(HOOK)).toMatchObject({ state: 'pending', ownerEmail: 'ops@example.org' });
    expect(site.rung).toEqual([{ kind: 'challenge', ...site.target(HOOK) }]);
  });

  it('stores an internationalised domain in Punycode', async () => {
    const site = await openSite(tables);
    await site.post(site.subscribePath, { channel: 'email', email: 'ada@bücher.example', ...EVERYTHING });
    expect(await site.row({ channel: 'email', email: 'ada@xn--bcher-kva.example' })).toBeDefined();
  });

  it('for one incident subscribes to that alone', async () => {
    const site = await openSite(tables);
    const path = await site.withIncident('outage', 'Payments <b>fail</b>');
    expect(await (await site.get(path)).text()).toContain('Payments &lt;b&gt;fail&lt;/b&gt;');
    expect((await site.post(path, { channel: 'email', email: EMAIL.email })).status).toBe(202);
    expect((await site.row(EMAIL))?.scope).toEqual({
      kind: 'selection',
      components: [],
      groups: [],
      incidents: ['outage'],
    });
    expect((await site.get(path.replace('outage', 'other'))).status).toBe(404);
  });

  it('again, in whatever state, changes nothing that is active', async () => {
    const site = await openSite(tables);
    const before = await site.add(EMAIL);
    await site.post(site.subscribePath, {
      channel: 'email',
      email: EMAIL.email,
      ...EVERYTHING,
      kinds: 'incident',
    });
    expect(await site.row(EMAIL)).toEqual(before);
  });

  it('through the honeypot is answered like any other, and does nothing', async () => {
    const site = await openSite(tables);
    const form = { channel: 'email', email: EMAIL.email, ...EVERYTHING };
    const before = await site.everything();
    const caught = await site.post(site.subscribePath, { ...form, website: 'https://spam.example' });
    expect(await site.everything()).toBe(before);
    const honest = await site.post(site.subscribePath, form);
    expect([caught.status, await caught.text()]).toEqual([honest.status, await honest.text()]);
    expect(site.log).toContainEqual(expect.objectContaining({ event: 'signup.taken', answer: 'caught' }));
  });

  it('too often from one network says when to try again, and keeps the form', async () => {
    const site = await openSite(tables);
    const sign = (n: number) =>
      site.post(
        site.subscribePath,
        { channel: 'email', email: `n${n}@example.com`, ...EVERYTHING },
        '203.0.113.9',
      );
    for (let n = 0; n < 10; n++) expect((await sign(n)).status).toBe(202);
    const answer = await sign(11);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.text()).toContain('value="n11@example.com"');
    expect(
      (await site.post(site.subscribePath, { channel: 'email', email: 'x@example.com', ...EVERYTHING }))
        .status,
    ).toBe(202);
  });
});

describe('the answer to a sign-up', () => {
  it.each([
    { channel: 'email', address: EMAIL, fields: { channel: 'email', email: EMAIL.email } },
    { channel: 'sms', address: PHONE, fields: { channel: 'sms', phone: PHONE.phone } },
    {
      channel: 'webhook',
      address: HOOK,
      fields: { channel: 'webhook', url: HOOK.url, ownerEmail: 'ops@example.org' },
    },
  ])('by $channel is the same to the byte, whatever is known of the address', async ({ address, fields }) => {
    const states = [
      'new',
      'pending',
      'active',
      'paused',
      'quarantined',
      'complained',
      'unsubscribed',
      'limited',
    ];
    const answers = new Set<string>();
    for (const state of states) {
      const site = await openSite(tables, { page: 'same' });
      if (state === 'limited') await site.post(site.subscribePath, { ...fields, ...EVERYTHING });
      else if (state === 'pending') await site.add(address, { state, pendingUntil: site.clock.now() + 1e8 });
      else if (state !== 'new') {
        const row = await site.add(address, state === 'paused' ? { paused: true } : {});
        if (state === 'quarantined') await site.quarantine(row, 'email.bounce');
        if (state === 'complained') await site.quarantine(row, 'email.complaint');
        if (state === 'unsubscribed') await site.unsubscribe(row);
      }
      const answer = await site.post(site.subscribePath, { ...fields, ...EVERYTHING });
      answers.add(JSON.stringify([answer.status, [...answer.headers], await answer.text()]));
    }
    expect(answers.size).toBe(1);
  });

  it('takes as long for an address that has had its share as for a new one', async () => {
    const site = await openSite(tables, { evenMs: 300 });
    const times: number[] = [];
    for (let n = 0; n < 2; n++) {
      const from = performance.now();
      await site.post(site.subscribePath, { channel: 'email', email: 'even@example.com', ...EVERYTHING });
      times.push(performance.now() - from);
    }
    for (const time of times) expect(time).toBeGreaterThanOrEqual(295);
  });
});

describe('a form that cannot be taken', () => {
  it.each([
    [{ channel: 'email', email: 'nobody' }, 'email'],
    [{ channel: 'email', email: '' }, 'email'],
    [{ channel: 'email' }, 'email'],
    [{ channel: 'email', email: 'a@b.example\r\nBcc: c@d.example' }, 'email'],
    [{ channel: 'email', email: `${'a'.repeat(65)}@example.com` }, 'email'],
    [{ channel: 'sms', phone: '0612345678' }, 'phone'],
    [{ channel: 'sms', phone: '+1 212 555 0100' }, 'phone'],
    [{ channel: 'sms', phone: '+33 1 42 68 53 00' }, 'phone'],
    [{ channel: 'webhook', url: 'http://hooks.example.org/', ownerEmail: 'a@example.org' }, 'url'],
    [{ channel: 'webhook', url: 'https://169.254.169.254/', ownerEmail: 'a@example.org' }, 'url'],
    [{ channel: 'webhook', url: 'https://fanout.example.com/u/x', ownerEmail: 'a@example.org' }, 'url'],
    [{ channel: 'webhook', url: HOOK.url, ownerEmail: 'ops' }, 'ownerEmail'],
    [{ channel: 'email', email: EMAIL.email, scope: 'selection' }, 'scope-selection'],
    [{ channel: 'email', email: EMAIL.email, scope: 'selection', components: ['gone'] }, 'scope-selection'],
    [{ channel: 'email', email: EMAIL.email, scope: 'selection', groups: ['push'] }, 'scope-selection'],
    [{ channel: 'email', email: EMAIL.email, kinds: [] }, 'kind-incident'],
  ])('(%j) leads to the control, keeps what was filled in, and writes nothing', async (fields, control) => {
    const site = await openSite(tables);
    const before = await site.everything();
    const answer = await site.post(site.subscribePath, { ...EVERYTHING, ...fields });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain('<title>Error: ');
    expect(page).toContain(`<a href="#${control}">`);
    expect(page).toContain(`id="${control}"`);
    expect(page).toContain(`id="${control}-fault"`);
    expect(await site.everything()).toBe(before);
    expect(site.rung).toEqual([]);
  });

  it('comes back as it was chosen', async () => {
    const site = await openSite(tables);
    const chosen = {
      channel: 'email',
      email: 'not "one" <b>',
      scope: 'selection',
      components: ['push', 'dashboard'],
      kinds: ['maintenance'],
      minimumImpact: 'critical',
      detail: 'milestones',
      website: '',
    };
    const page = await (await site.post(site.subscribePath, chosen)).text();
    expect(formOf(page)).toEqual(chosen);
  });

  it.each([
    ['too large', 'x'.repeat(200_000), 413],
    ['empty', '', 422],
    ['no form', '{"email":"a@example.com"}', 422],
    ['no UTF-8', new Uint8Array([101, 109, 61, 255, 254, 37, 90]), 422],
    ['percent signs alone', 'email=%&kinds=%zz&scope=%', 422],
    ['of names that objects have', '__proto__=1&constructor=2&channel=__proto__&scope=constructor', 422],
    ['ten thousand fields', 'kinds=x&'.repeat(10_000), 422],
  ])('because it is %s is a page all the same', async (_what, body, status) => {
    const site = await openSite(tables);
    const before = await site.everything();
    const answer = await site.send('POST', site.subscribePath, { body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await site.everything()).toBe(before);
  });
});

it('escapes whatever is typed, and whatever operators and publishers call things', async () => {
  const site = await openSite(tables);
  const hostile = `"><script>alert(1)</script><img src=x onerror=y>'{{7*7}}`;
  await site.rename(hostile);
  const path = await site.withIncident('i', hostile);
  const answers = await Promise.all([
    site.get(site.subscribePath),
    site.get(`${site.subscribePath}?channel=${encodeURIComponent(hostile)}`),
    site.get(path),
    ...['email', 'sms', 'webhook'].map((channel) =>
      site.post(site.subscribePath, {
        channel,
        ...Object.fromEntries(
          ['email', 'phone', 'url', 'ownerEmail', 'website', 'minimumImpact'].map((name) => [name, hostile]),
        ),
        scope: 'selection',
        components: [hostile],
        groups: [hostile],
        incidents: [hostile],
        kinds: [hostile],
      }),
    ),
    site.post(site.subscribePath, { channel: 'email', email: 'q@example.com', ...EVERYTHING }),
  ]);
  for (const answer of answers) {
    const page = await answer.text();
    expect(page).not.toMatch(/<script|<img|onerror=y>'/);
    expect(page).not.toContain('javascript:');
  }
});
