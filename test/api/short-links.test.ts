import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { shortLinkApp } from '../../shared/api/short-link-app.ts';
import { incidentStore } from '../../shared/store/incidents.ts';
import { pageStore } from '../../shared/store/pages.ts';
import { shortLinkStore } from '../../shared/store/short-links.ts';
import { createShortLinks } from '../../shared/subscriptions/short-links.ts';
import { anIncident, anUpdate } from '../domain/builders.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

const PAGE_URL = 'https://status.batch.com/';

async function open(url?: string) {
  const { client, names } = tables;
  const pages = pageStore(client, names.incidents);
  const incidents = incidentStore(client, names.incidents, () => crypto.randomUUID());
  const shortLinks = shortLinkStore(client, names.incidents);
  const page = `p${crypto.randomUUID().slice(0, 8)}`;
  await pages.put({ id: page, name: 'Batch', url: PAGE_URL, components: [] });
  const facts = { id: 'outage', name: 'Outage', impact: 'major' as const, ...(url !== undefined && { url }) };
  await incidents.change(page, 'outage', () => ({
    ...anIncident([anUpdate({ id: 'u1', page, incident: facts })]),
    page,
  }));
  const app = shortLinkApp({ pages, incidents, shortLinks, log: () => {} });
  const links = createShortLinks({
    links: shortLinks,
    publicUrl: 'https://n.example',
  });
  return { page, links, shortLinks, get: (path: string) => app.request(`https://n.example${path}`) };
}

describe('a short link', () => {
  it('is thirteen characters after the host, and as long as it says', async () => {
    const { page, links } = await open();
    const link = await links.of(page, 'outage');
    expect(link).toMatch(/^https:\/\/n\.example\/i\/[0-9a-z]{10}$/);
    expect(link).toHaveLength(links.length);
  });

  it('leads to where the incident is published', async () => {
    const target = 'https://status.batch.com/incidents/fe24dd09cc98';
    const { page, links, get } = await open(target);
    const path = new URL((await links.of(page, 'outage')) ?? '').pathname;
    const answer = await get(path);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, target]);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
  });

  it('leads to the page where the incident has no address, or one that is none', async () => {
    for (const url of [undefined, 'javascript:alert(1)', 'data:text/html,x', 'nonsense']) {
      const { page, links, get } = await open(url);
      const answer = await get(new URL((await links.of(page, 'outage')) ?? '').pathname);
      expect([answer.status, answer.headers.get('location')]).toEqual([302, PAGE_URL]);
    }
  });

  it('leads nowhere that a reader could write', async () => {
    const { page, links, get } = await open();
    const { pathname } = new URL((await links.of(page, 'outage')) ?? '');
    for (const suffix of ['?url=https://evil.example', '?next=//evil.example', '#//evil.example']) {
      expect((await get(pathname + suffix)).headers.get('location')).toBe(PAGE_URL);
    }
    const others = [
      '/i/',
      '/i/0000000000',
      '/i/https:%2F%2Fevil.example',
      '/i//evil.example',
      '/i/%2e%2e',
      '/i/ABCDEFGHIJ',
    ];
    for (const path of [...others, `${pathname}/evil.example`, pathname.slice(0, -1)]) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 404, null]);
    }
  });

  it('is the same for one incident, whoever makes it, and never another one’s', async () => {
    const { page, links, shortLinks } = await open();
    const [one, again, other] = await Promise.all([
      links.of(page, 'outage'),
      createShortLinks({ links: shortLinks, publicUrl: 'https://n.example' }).of(page, 'outage'),
      links.of(page, 'other'),
    ]);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    const code = one?.slice(-10) ?? '';
    expect(await shortLinks.keep(code, { page, incident: 'outage' })).toBe(true);
    expect(await shortLinks.keep(code, { page, incident: 'other' })).toBe(false);
    expect(await shortLinks.find(code)).toMatchObject({ page, incident: 'outage' });
  });
});

test('a short link that cannot be kept is none, and is tried again', async () => {
  let fails = true;
  let kept = 0;
  const links = createShortLinks({
    links: {
      async keep() {
        kept++;
        if (fails) throw new Error('table');
        return true;
      },
    },
    publicUrl: 'https://n.example',
  });
  expect(await links.of('p', 'i')).toBeUndefined();
  fails = false;
  expect(await links.of('p', 'i')).toMatch(/^https:\/\/n\.example\/i\/[0-9a-z]{10}$/);
  await links.of('p', 'i');
  expect(kept).toBe(2);
});
