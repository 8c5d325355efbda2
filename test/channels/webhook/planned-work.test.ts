import { expect, test } from 'vitest';
import { allFormats } from '../../../shared/channels/webhook/formats/registry.ts';
import { maintenanceAnnouncements } from '../maintenance.ts';

const endpoint = {
  url: 'https://hooks.example/x',
  delivery: 'aaaaaaaaaaaaaaaaaaaaaa',
  unsubscribe: 'https://notify.example/u/v1.example',
};

/** What a receiver of this format gets of the `n`th step of the maintenance. */
function received(format: string, n: number) {
  const found = allFormats().find(({ name }) => name === format);
  const all = maintenanceAnnouncements();
  const announcement = all[n - 1];
  if (found === undefined || announcement === undefined) throw new Error(`Expected ${format} and step ${n}`);
  const { history } = announcement.incident;
  const earlier = all
    .map(({ update }) => update)
    .filter(({ id }) => history.includes(id) && id !== announcement.update.id);
  return JSON.parse(found.format({ ...announcement, earlier }, endpoint).body.toString());
}

test.each([
  [1, 'maintenance.scheduled'],
  [3, 'maintenance.reminder'],
  [4, 'maintenance.in_progress'],
  [6, 'maintenance.cancelled'],
])('step %i is %s', (n, type) => expect(received('standard', n).type).toBe(type));

test('work that was moved says from when', () => {
  expect(received('standard', 2).data.update.rescheduled_from).toEqual({
    scheduled_for: '2021-11-17T02:00:00Z',
    scheduled_until: '2021-11-17T04:00:00Z',
  });
  expect(received('standard', 1).data.update).not.toHaveProperty('rescheduled_from');
});

test('a reminder is told in the fields that Statuspage has for it', () => {
  const reminded = (n: number) => received('statuspage', n).incident.scheduled_reminded_at;
  expect([1, 2, 3, 4].map(reminded)).toEqual([
    null,
    null,
    '2021-11-18T01:00:00.000Z',
    '2021-11-18T01:00:00.000Z',
  ]);
  expect(received('statuspage', 1).incident.scheduled_remind_prior).toBe(true);
});

test('cancelled work is completed to receivers of Statuspage, which knows no other word', () => {
  const { incident } = received('statuspage', 6);
  expect(incident.status).toBe('completed');
  expect(incident.incident_updates[0].status).toBe('completed');
});
