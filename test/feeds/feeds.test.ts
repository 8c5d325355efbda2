import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { type Api, createApi, PUBLIC_URL } from '../api/api.ts';
import { PAGE, UPDATE } from '../api/bodies.ts';
import { freshPage } from '../api/fresh-page.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';

let tables: TestTables;
let api: Api;
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
});
afterAll(() => tables.stop());

type Body = Partial<typeof UPDATE> & { incident?: Partial<(typeof UPDATE)['incident']> };

/** Publishes an update of an incident, a minute after whatever came before. */
async function publish(
  page: string,
  id: string,
  incident: string,
  more: Omit<Body, 'incident'> = {},
  facts = {},
) {
  api.clock.advance(MINUTE);
  const { scheduledFor: _for, scheduledUntil: _until, ...unplanned } = UPDATE.incident;
  const body = { ...UPDATE, ...more, id, incident: { ...unplanned, id: incident, ...facts } };
  const answer = await api.request('POST', `/v1/pages/${page}/updates`, { body });
  expect(answer.status).toBe(202);
}

/** Asks a minute later, so that nothing that a process keeps is as old as the page. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  api.clock.advance(MINUTE);
  return api.request(method, path, { key: null, headers });
}

/** JSON Feed 1.1, as far as we make use of it: nothing else may be in it. */
const jsonFeed = z.strictObject({
  version: z.literal('https://jsonfeed.org/version/1.1'),
  title: z.string().check(z.minLength(1)),
  home_page_url: z.url(),
  feed_url: z.url(),
  language: z.literal('en'),
  authors: z.array(z.strictObject({ name: z.string(), url: z.url() })).check(z.length(1)),
  items: z.array(
    z.strictObject({
      id: z.string().check(z.regex(/^tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:[\w-]+\/updates\/[\w-]+$/)),
      url: z.url(),
      title: z.string().check(z.minLength(1)),
      summary: z.string(),
      content_html: z.string(),
      date_published: z.iso.datetime(),
      date_modified: z.iso.datetime(),
      tags: z.array(z.string()).check(z.length(1)),
    }),
  ),
});

async function items(path: string) {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  return jsonFeed.parse(await answer.json()).items;
}

const idsOf = async (path: string) => (await items(path)).map(({ id }) => id.split('/updates/')[1]);

async function events(path: string): Promise<ICAL.Event[]> {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  // RFC 5545 3.1: lines end with CRLF and are at most 75 octets long.
  for (const line of text.split('\r\n')) {
    expect(line).not.toContain('\n');
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  }
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  const calendar = new ICAL.Component(ICAL.parse(text));
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
  expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
  return calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
}

const propertyOf = (event: ICAL.Event | undefined, name: string) =>
  event?.component.getFirstPropertyValue(name)?.toString();

describe('a feed of a page', () => {
  it('has every update, the newest first, of all incidents', async () => {
    const page = await freshPage(api);
    await publish(page, 'a1', 'a');
    await publish(page, 'b1', 'b');
    await publish(page, 'a2', 'a', { status: 'resolved' });
    await publish(page, 'b2', 'b', { notify: false });
    expect(await idsOf(`/p/${page}/feed.json`)).toEqual(['b2', 'a2', 'b1', 'a1']);
    const [, resolved] = await items(`/p/${page}/feed.json`);
    expect(resolved).toMatchObject({
      id: `tag:status.batch.com,2021-10-13:${page}/updates/a2`,
      url: 'https://status.batch.com/incidents/outage',
      title: 'Resolved: [OLD_STATUSPAGE_MODEL] Delivery',
      date_published: '2021-10-13T07:26:00.000Z',
      tags: ['Resolved'],
    });
    expect(resolved?.content_html).toContain('We are looking into it.<br>\nMore soon.');
    expect(resolved?.content_html).toContain('<li>APIs: Push API – Operational → Major outage</li>');
  });

  it('says the same as Atom', async () => {
    const page = await freshPage(api);
    await publish(page, 'a1', 'a');
    const answer = await get(`/p/${page}/feed.atom`);
    expect(answer.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
    const text = await answer.text();
    const [item] = await items(`/p/${page}/feed.json`);
    expect(text).toContain(
      `<link rel="self" type="application/atom+xml" href="${PUBLIC_URL}/p/${page}/feed.atom"/>`,
    );
    expect(text).toContain(`<id>${item?.id}</id>`);
    expect(text).toContain(`<updated>${item?.date_modified}</updated>`);
  });

  it('without any update is a feed all the same', async () => {
    const page = await freshPage(api);
    expect(await items(`/p/${page}/feed.json`)).toEqual([]);
    expect(await (await get(`/p/${page}/feed.atom`)).text()).toContain(
      '<updated>1970-01-01T00:00:00.000Z</updated>',
    );
    expect(await events(`/p/${page}/maintenance.ics`)).toEqual([]);
  });

  it('has the newest 50, however they lie in incidents', async () => {
    const page = await freshPage(api);
    const expected: string[] = [];
    for (let n = 0; n < 60; n++) {
      // One long incident among many short ones, so that neither alone decides.
      await publish(page, `u${n}`, n % 3 === 0 ? 'long' : `short-${n}`);
      expected.unshift(`u${n}`);
    }
    expect(await idsOf(`/p/${page}/feed.json`)).toEqual(expected.slice(0, 50));
  });

  it('leaves out what was filled in later', async () => {
    const page = await freshPage(api);
    await publish(page, 'old', 'old', {}, { backfilled: true });
    await publish(page, 'new', 'new');
    expect(await idsOf(`/p/${page}/feed.json`)).toEqual(['new']);
  });

  it('of one that there is not is none', async () => {
    for (const path of ['feed.atom', 'feed.json', 'maintenance.ics', 'components/x/feed.atom']) {
      const answer = await get(`/p/nowhere/${path}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'unknown-page' });
    }
  });
});

describe('a feed of a component', () => {
  const [push] = UPDATE.components;
  const dashboard = { id: 'dashboard', name: 'Dashboard', newStatus: 'partial_outage' };

  it('has what its followers are told: every update from the one that named it', async () => {
    const page = await freshPage(api);
    await publish(page, 'a1', 'a', { components: [push as never] });
    await publish(page, 'a2', 'a', { components: [dashboard as never] });
    await publish(page, 'a3', 'a', { components: [] });
    await publish(page, 'b1', 'b', { components: [push as never] });
    expect(await idsOf(`/p/${page}/components/dashboard/feed.json`)).toEqual(['a3', 'a2']);
    expect(await idsOf(`/p/${page}/components/push-api/feed.json`)).toEqual(['b1', 'a3', 'a2', 'a1']);
    const answer = await get(`/p/${page}/components/dashboard/feed.json`);
    expect(await answer.json()).toMatchObject({
      title: 'Batch: Dashboard',
      feed_url: `${PUBLIC_URL}/p/${page}/components/dashboard/feed.json`,
    });
  });

  it('is there for components of the page only', async () => {
    const page = await freshPage(api);
    expect((await get(`/p/${page}/components/push-api/feed.atom`)).status).toBe(200);
    const answer = await get(`/p/${page}/components/other/feed.atom`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'unknown-component' });
  });
});

describe.each(['feed.atom', 'feed.json', 'maintenance.ics'])('%s is cached', (file) => {
  const plan = { impact: 'maintenance', scheduledFor: '2021-12-01T02:00:00Z' };

  it('by its entity tag: 304 until something is published', async () => {
    const page = await freshPage(api);
    await publish(page, 'a1', 'a', { status: 'scheduled' }, plan);
    const path = `/p/${page}/${file}`;
    const first = await get(path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=60\b/);
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(path, { 'if-none-match': sent });
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(etag);
      expect(await again.text()).toBe('');
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    await publish(page, 'a2', 'a', { status: 'scheduled', body: 'New words.' }, plan);
    const changed = await get(path, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('by time: 304 since it last changed, unless an entity tag says otherwise', async () => {
    const page = await freshPage(api);
    await publish(page, 'a1', 'a', { status: 'scheduled' }, plan);
    const path = `/p/${page}/${file}`;
    const modified = (await get(path)).headers.get('last-modified') ?? '';
    expect(Date.parse(modified)).toBe(api.clock.now() - MINUTE);
    const since = { 'if-modified-since': modified };
    expect((await get(path, since)).status).toBe(304);
    expect((await get(path, { ...since, 'if-none-match': '"other"' })).status).toBe(200);
    expect((await get(path, { 'if-modified-since': 'Wed, 13 Oct 2021 07:00:00 GMT' })).status).toBe(200);
    expect((await get(path, { 'if-modified-since': 'yesterday' })).status).toBe(200);
    await publish(page, 'a2', 'a', { status: 'scheduled', body: 'New words.' }, plan);
    expect((await get(path, since)).status).toBe(200);
  });

  it('not by a second that has not passed: another update may still fall into it', async () => {
    const page = await freshPage(api);
    await publish(page, 'a1', 'a', { status: 'scheduled' }, plan);
    api.clock.advance(SECOND);
    const answer = await api.request('GET', `/p/${page}/${file}`, { key: null });
    expect(answer.headers.get('last-modified')).toBeNull();
  });

  it('and HEAD answers as GET would, without the body', async () => {
    const page = await freshPage(api);
    await publish(page, 'a1', 'a', { status: 'scheduled' }, plan);
    const [got, head] = [await get(`/p/${page}/${file}`), await get(`/p/${page}/${file}`, {}, 'HEAD')];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    for (const name of ['content-type', 'etag', 'last-modified', 'cache-control']) {
      expect(head.headers.get(name), name).toBe(got.headers.get(name));
    }
  });
});

it('who asks at once gets one answer, made once', async () => {
  const page = await freshPage(api);
  await publish(page, 'a1', 'a');
  await get(`/p/${page}/feed.json`);
  await api.request('POST', `/v1/pages/${page}/updates`, { body: { ...UPDATE, id: 'a2' } });
  const soon = jsonFeed.parse(await (await api.request('GET', `/p/${page}/feed.json`, { key: null })).json());
  expect(soon.items).toHaveLength(1);
  expect(await idsOf(`/p/${page}/feed.json`)).toEqual(['a2', 'a1']);
});

describe('the calendar', () => {
  const plan = {
    name: 'Database upgrade',
    impact: 'maintenance',
    scheduledFor: '2021-12-01T02:00:00Z',
    scheduledUntil: '2021-12-01T04:00:00+01:00',
  };
  const moved = { ...plan, scheduledFor: '2021-12-02T02:00:00Z', scheduledUntil: '2021-12-02T05:00:00Z' };

  it('has planned work and nothing else, with what was said last', async () => {
    const page = await freshPage(api);
    await publish(page, 'o1', 'outage');
    await publish(
      page,
      'm1',
      'upgrade',
      { status: 'scheduled', body: 'Back soon, **truly**; "yes", \\o/.' },
      plan,
    );
    const [event, ...others] = await events(`/p/${page}/maintenance.ics`);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      uid: `upgrade.${page}@status.batch.com`,
      summary: 'Database upgrade',
      description: 'Back soon, truly; "yes", \\o/.',
      sequence: 0,
    });
    expect(event?.startDate.toJSDate().toISOString()).toBe('2021-12-01T02:00:00.000Z');
    expect(event?.endDate.toJSDate().toISOString()).toBe('2021-12-01T03:00:00.000Z');
    expect(propertyOf(event, 'status')).toBe('CONFIRMED');
    expect(propertyOf(event, 'url')).toBe('https://status.batch.com/incidents/outage');
    expect(propertyOf(event, 'dtstamp')).toBe(propertyOf(event, 'last-modified'));
  });

  it('has addresses with commas and semicolons whole', async () => {
    const page = await freshPage(api);
    const url = 'https://status.batch.com/incidents/a;b,c?d=1,2';
    await publish(page, 'm1', 'upgrade', { status: 'scheduled' }, { ...plan, url });
    const [event] = await events(`/p/${page}/maintenance.ics`);
    expect(decodeURIComponent(propertyOf(event, 'url') ?? '')).toBe(url);
  });

  it('keeps the UID and raises SEQUENCE with each change', async () => {
    const page = await freshPage(api);
    const path = `/p/${page}/incidents/upgrade/maintenance.ics`;
    const seen: (string | number | undefined)[][] = [];
    for (const [id, status, facts] of [
      ['m1', 'scheduled', plan],
      ['m2', 'scheduled', moved],
      ['m3', 'update', moved],
      ['m4', 'cancelled', moved],
    ] as const) {
      await publish(page, id, 'upgrade', { status }, facts);
      const [event] = await events(path);
      const start = event?.startDate.toJSDate().getUTCDate();
      seen.push([event?.uid, event?.sequence, start, propertyOf(event, 'status')]);
    }
    const uid = `upgrade.${page}@status.batch.com`;
    expect(seen).toEqual([
      [uid, 0, 1, 'CONFIRMED'],
      [uid, 1, 2, 'CONFIRMED'],
      [uid, 2, 2, 'CONFIRMED'],
      [uid, 3, 2, 'CANCELLED'],
    ]);
  });

  it.each([
    { what: 'completed before it began', before: [], status: 'completed', expected: 'CANCELLED' },
    {
      what: 'completed after it began early',
      before: ['in_progress'],
      status: 'completed',
      expected: 'CONFIRMED',
    },
  ])('of work that was $what says $expected', async ({ before, status, expected }) => {
    const page = await freshPage(api);
    for (const [index, step] of ['scheduled', ...before, status].entries()) {
      await publish(page, `m${index}`, 'upgrade', { status: step }, plan);
    }
    const [event] = await events(`/p/${page}/maintenance.ics`);
    expect(propertyOf(event, 'status')).toBe(expected);
  });

  it.each([
    { what: 'none', until: undefined },
    { what: 'one before the start', until: '2021-12-01T01:00:00Z' },
  ])('of work with $what as its end has an event without', async ({ until }) => {
    const page = await freshPage(api);
    const { scheduledUntil: _until, ...open } = plan;
    await publish(
      page,
      'm1',
      'upgrade',
      { status: 'scheduled' },
      { ...open, ...(until && { scheduledUntil: until }) },
    );
    const [event] = await events(`/p/${page}/maintenance.ics`);
    expect(event?.component.hasProperty('dtend')).toBe(false);
  });

  it('of a component has its own work', async () => {
    const page = await freshPage(api);
    await publish(page, 'm1', 'upgrade', { status: 'scheduled' }, plan);
    await publish(page, 'm2', 'other', { status: 'scheduled', components: [] }, plan);
    const own = await events(`/p/${page}/components/push-api/maintenance.ics`);
    expect(own.map(({ uid }) => uid)).toEqual([`upgrade.${page}@status.batch.com`]);
    expect(await events(`/p/${page}/components/dashboard/maintenance.ics`)).toEqual([]);
  });

  it('of one incident is there for planned work only', async () => {
    const page = await freshPage(api);
    await publish(page, 'o1', 'outage');
    for (const incident of ['outage', 'nothing']) {
      const answer = await get(`/p/${page}/incidents/${incident}/maintenance.ics`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'unknown-incident' });
    }
  });
});

it('a page of another name leaves all ids as they are', async () => {
  const page = await freshPage(api);
  await publish(page, 'a1', 'a');
  const before = await idsOf(`/p/${page}/feed.json`);
  await api.request('PUT', `/v1/pages/${page}`, { body: { ...PAGE, name: 'Renamed & <grown>' } });
  expect(await idsOf(`/p/${page}/feed.json`)).toEqual(before);
  expect(await (await get(`/p/${page}/feed.atom`)).text()).toContain(
    '<title>Renamed &amp; &lt;grown&gt;</title>',
  );
});
