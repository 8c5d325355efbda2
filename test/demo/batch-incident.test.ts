import { expect, test } from 'vitest';
import { BATCH_INCIDENT } from '../../local/demo/batch-incident.ts';
import { AFFECTED_COMPONENTS, BATCH_PAGE } from '../../local/demo/batch-page.ts';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

test('eighteen components in six groups were affected, and some of the page were not', () => {
  const sizes = new Map<string, number>();
  for (const { group } of AFFECTED_COMPONENTS) sizes.set(group.name, (sizes.get(group.name) ?? 0) + 1);

  expect([...sizes]).toEqual([
    ['[OLD_STATUSPAGE_MODEL] 3rd party integrations', 3],
    ['MEP Core Services', 3],
    ['Optional Services', 3],
    ['[OLD_STATUSPAGE_MODEL] Delivery', 3],
    ['[OLD_STATUSPAGE_MODEL] Webservices', 2],
    ['API', 4],
  ]);
  expect(AFFECTED_COMPONENTS).toHaveLength(18);
  expect(BATCH_PAGE.components.length).toBeGreaterThan(18);
});

test('the six updates come as they were published', () => {
  expect(BATCH_INCIDENT.map(({ status, publishedAt }) => `${publishedAt.slice(11, 16)} ${status}`)).toEqual([
    '07:26 investigating',
    '07:30 update',
    '08:28 monitoring',
    '08:31 update',
    '09:29 resolved',
    '10:09 postmortem',
  ]);
  expect(new Set(BATCH_INCIDENT.map(({ incident }) => incident.id)).size).toBe(1);
});

test('together they name every affected component and no other', () => {
  const named = new Set(BATCH_INCIDENT.flatMap(({ components }) => components.map(({ id }) => id)));
  expect([...named].sort()).toEqual(AFFECTED_COMPONENTS.map(({ id }) => id).sort());
});

test('each component starts an update in the status in which the one before left it, and ends well', () => {
  const status = new Map<string, string>();
  for (const { components } of BATCH_INCIDENT)
    for (const { id, oldStatus, newStatus } of components) {
      expect(oldStatus).toBe(status.get(id) ?? 'operational');
      status.set(id, newStatus);
    }
  expect(new Set(status.values())).toEqual(new Set(['operational']));
});

test('every id is one that the API takes, and no component or update shares one', () => {
  const groups = new Set(BATCH_PAGE.components.flatMap(({ group }) => (group ? [group.id] : [])));
  const components = BATCH_PAGE.components.map(({ id }) => id);
  const updates = BATCH_INCIDENT.map(({ id }) => id);
  for (const id of [BATCH_PAGE.id, ...groups, ...components, ...updates]) expect(id).toMatch(ID);
  expect(new Set(components).size).toBe(components.length);
  expect(new Set(updates).size).toBe(updates.length);
});
