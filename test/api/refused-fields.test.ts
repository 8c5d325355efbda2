import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE, UPDATE } from './bodies.ts';
import { type Refusals, startRefusals } from './refusals.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await startRefusals();
});
afterAll(() => refusals.stop());

const refused: Refusals['refused'] = (route, options) => refusals.refused(route, options);
const PUBLISH = 'POST /v1/pages/{page}/updates';
const PUT_PAGE = 'PUT /v1/pages/other';
const fresh = { ...UPDATE, id: 'fresh' };
const [component] = UPDATE.components;

describe('a faulty field is named by its path:', () => {
  it.each([
    [
      'an address that turns around',
      { incident: { ...UPDATE.incident, url: 'https://a.b/\u202e' } },
      'incident.url',
    ],
    ['an id out of alphabet', { id: 'a b' }, 'id'],
    ['an id with the separator of keys', { id: 'a#b' }, 'id'],
    ['an empty id', { id: '' }, 'id'],
    ['an id of 65', { id: 'x'.repeat(65) }, 'id'],
    ['an id with a newline at its end', { id: 'a\n' }, 'id'],
    ['an id of a number', { id: 7 }, 'id'],
    ['an unknown status', { status: 'exploded' }, 'status'],
    ['a status in capitals', { status: 'Resolved' }, 'status'],
    ['a status of an object', { status: {} }, 'status'],
    ['a missing status', { status: undefined }, 'status'],
    ['an unknown impact', { incident: { ...UPDATE.incident, impact: 'total' } }, 'incident.impact'],
    ['an incident of null', { incident: null }, 'incident'],
    ['an incident id', { incident: { ...UPDATE.incident, id: '../x' } }, 'incident.id'],
    ['an empty name', { incident: { ...UPDATE.incident, name: '' } }, 'incident.name'],
    ['a blank name', { incident: { ...UPDATE.incident, name: ' \t' } }, 'incident.name'],
    ['a name of 256', { incident: { ...UPDATE.incident, name: 'x'.repeat(256) } }, 'incident.name'],
    ['a script address', { incident: { ...UPDATE.incident, url: 'javascript:alert(1)' } }, 'incident.url'],
    ['an address with a space', { incident: { ...UPDATE.incident, url: 'https://a.b/a b' } }, 'incident.url'],
    [
      'an address with a surrogate',
      { incident: { ...UPDATE.incident, url: 'https://a.b/\ud800' } },
      'incident.url',
    ],
    [
      'a reminder four minutes before',
      { incident: { ...UPDATE.incident, reminders: [60, 4] } },
      'incident.reminders.1',
    ],
    ['a reminder twice', { incident: { ...UPDATE.incident, reminders: [60, 60] } }, 'incident.reminders'],
    [
      'a reminder five weeks before',
      { incident: { ...UPDATE.incident, reminders: [35 * 24 * 60] } },
      'incident.reminders.0',
    ],
    ['a day that is none', { publishedAt: '2021-02-30T00:00:00Z' }, 'publishedAt'],
    ['a time without a zone', { publishedAt: '2021-10-13T07:26:00' }, 'publishedAt'],
    ['a time as a number', { publishedAt: 1_634_109_960 }, 'publishedAt'],
    ['a time of 60,000 digits', { publishedAt: `2021-10-13T07:26:00.${'0'.repeat(60_000)}Z` }, 'publishedAt'],
    ['a body of 25,001', { body: 'x'.repeat(25_001) }, 'body'],
    ['components of an object', { components: { 0: component } }, 'components'],
    ['a missing component status', { components: [{ id: 'a', name: 'A' }] }, 'components.0.newStatus'],
    [
      'a component status in the second',
      { components: [component, { id: 'b', name: 'B', newStatus: 'meh' }] },
      'components.1.newStatus',
    ],
    [
      'a group without a name',
      { components: [{ ...component, group: { id: 'g' } }] },
      'components.0.group.name',
    ],
    ['the same component twice', { components: [component, component] }, 'components'],
    ['notify as text', { notify: 'false' }, 'notify'],
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['an unknown field inside', { incident: { ...UPDATE.incident, colour: 'red' } }, 'incident.colour'],
    ['an unknown field with an odd name', { 'ada@example.com': 1 }, ''],
  ])('%s', async (_, fault, path) => {
    const problem = await refused(PUBLISH, { body: { ...fresh, id: 'faulty', ...fault } });
    expect(problem.code).toBe('invalid-body');
    expect(problem.faults?.map((one) => one.path)).toEqual([path]);
  });

  it.each([
    ['__proto__', '{"__proto__":{"notify":false}}', '__proto__'],
    ['constructor', '{"constructor":{"prototype":{"notify":false}}}', 'constructor'],
    ['toString', '{"toString":1}', 'toString'],
  ])('a member named %s', async (_, member, path) => {
    const body = `${JSON.stringify({ ...fresh, id: 'faulty' }).slice(0, -1)},${member.slice(1)}`;
    expect((await refused(PUBLISH, { body })).faults?.map((one) => one.path)).toEqual([path]);
    expect(({} as { notify?: unknown }).notify).toBeUndefined();
  });

  it.each([null, true, 7, 'text', [], [UPDATE]])('a whole body of %j', async (body) => {
    const problem = await refused(PUBLISH, { body: JSON.stringify(body) });
    expect(problem).toMatchObject({ code: 'invalid-body', faults: [{ path: '' }] });
  });

  it('all of them at once, but never more than twenty', async () => {
    const body = { ...fresh, id: '#', status: 'x', publishedAt: 'x' };
    const named = (await refused(PUBLISH, { body })).faults?.map(({ path }) => path);
    expect(named).toEqual(['id', 'status', 'publishedAt']);
    const many = Array.from({ length: 100 }, (_, index) => ({ id: `c${index}`, name: '', newStatus: 'x' }));
    expect((await refused(PUBLISH, { body: { ...fresh, components: many } })).faults).toHaveLength(20);
  });
});

describe('a faulty page', () => {
  it.each([
    ['its id twice among components', { components: [PAGE.components[1], PAGE.components[1]] }, 'components'],
    [
      '1,001 components',
      { components: Array.from({ length: 1_001 }, (_, i) => ({ id: `c${i}`, name: 'c' })) },
      'components',
    ],
    ['no address', { url: undefined }, 'url'],
    ['an id in the body', { id: 'other' }, 'id'],
  ])('has %s', async (_, fault, path) => {
    const problem = await refused(PUT_PAGE, { body: { ...PAGE, ...fault } });
    expect(problem.faults?.map((one) => one.path)).toEqual([path]);
  });
});
