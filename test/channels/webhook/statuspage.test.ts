import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloudEvents } from '../../../shared/channels/webhook/formats/cloudevents/cloudevents.ts';
import type { Announced } from '../../../shared/channels/webhook/formats/format.ts';
import { statuspage } from '../../../shared/channels/webhook/formats/statuspage/statuspage.ts';
import { hostileAnnouncement } from '../hostile.ts';
import { seedAnnouncement, seedAnnouncements } from '../seed.ts';
import { asChatReads, statuspageShape } from './statuspage-shape.ts';

const recipient = {
  url: 'https://hooks.example/x',
  delivery: 'd'.repeat(22),
  unsubscribe: 'https://n.example/u/1',
};

const announced = (n: number): Announced => ({
  ...seedAnnouncement(n),
  earlier: seedAnnouncements()
    .slice(0, n - 1)
    .map(({ update }) => update),
});

const said = (announcement: Announced, unsubscribe = recipient.unsubscribe) =>
  statuspageShape.parse(
    JSON.parse(statuspage.format(announcement, { ...recipient, unsubscribe }).body.toString()),
  );

describe('the format of Statuspage', () => {
  test.each([1, 2, 3, 4, 5, 6])('of update %i is what its consumers read', (n) => {
    const { incident, meta } = said(announced(n));
    expect(meta.sequence).toBe(n);
    expect(incident.incident_updates.map(({ id }) => id)).toEqual(
      Array.from({ length: n }, (_, index) => `upd-${n - index}`),
    );
  });

  test('is read by a chat as it reads Statuspage', () => {
    const body = JSON.parse(statuspage.format(announced(5), recipient).body.toString());
    expect(asChatReads(body)).toEqual({
      topic: 'Major downtime: All Systems Operational',
      text: '**Major downtime**\n* State: **resolved**\n* Description: This incident has been resolved.',
    });
  });

  test('says when it was monitored, resolved and looked back on, and keeps a status that did not change', () => {
    expect(said(announced(6)).incident).toMatchObject({
      status: 'postmortem',
      monitoring_at: '2021-10-13T08:28:00.000Z',
      resolved_at: '2021-10-13T09:29:00.000Z',
      postmortem_published_at: '2021-10-13T10:09:00.000Z',
    });
    expect(said(announced(6)).incident.incident_updates.map(({ status }) => status)).toEqual([
      'postmortem',
      'resolved',
      'monitoring',
      'monitoring',
      'investigating',
      'investigating',
    ]);
  });

  test('gives each subscriber a way out of its own, and all the same news', () => {
    const one = said(announced(3), 'https://n.example/u/one');
    const other = said(announced(3), 'https://n.example/u/other');
    expect(one.meta.unsubscribe).toBe('https://n.example/u/one');
    expect(other).toEqual({ ...one, meta: { ...one.meta, unsubscribe: 'https://n.example/u/other' } });
  });

  test('of maintenance says when', () => {
    const seed = announced(1);
    const facts = {
      ...seed.update.incident,
      impact: 'maintenance' as const,
      scheduledFor: '2026-03-01T01:00:00Z',
      scheduledUntil: '2026-03-01T02:00:00Z',
    };
    const update = { ...seed.update, status: 'scheduled' as const, incident: facts };
    const { incident, page } = said({ ...seed, update });
    expect(incident).toMatchObject({
      status: 'scheduled',
      scheduled_for: '2026-03-01T01:00:00.000Z',
      scheduled_until: '2026-03-01T02:00:00.000Z',
    });
    // Nothing is under maintenance before it begins.
    expect(page).toMatchObject({
      status_indicator: 'none',
      status_description: 'All Systems Operational',
    });
    const begun = { ...update, status: 'in_progress' as const };
    expect(said({ ...seed, update: begun }).page).toMatchObject({
      status_indicator: 'maintenance',
      status_description: 'Service Under Maintenance',
    });
    const called = { ...update, status: 'cancelled' as const };
    expect(said({ ...seed, update: called, earlier: [update] }).page.status_indicator).toBe('none');
  });

  const examples = readdirSync('test/examples').filter((name) => name.endsWith('.webhook.statuspage.json'));
  test.each(examples)('has its shape in the example %s', (name) => {
    expect(
      statuspageShape.safeParse(JSON.parse(readFileSync(`test/examples/${name}`, 'utf8'))),
    ).toMatchObject({
      success: true,
    });
  });

  test('has its shape whatever a publisher writes, and ends with the last ten updates where it would grow too long', () => {
    fc.assert(
      fc.property(hostileAnnouncement, (one) => void said({ ...one, earlier: [] })),
      { numRuns: 100 },
    );
    const long = announced(6);
    const steps = Array.from({ length: 60 }, (_, index) => ({
      ...long.update,
      id: `e${index}`,
      body: 'x '.repeat(3_000),
    }));
    const { incident } = said({ ...long, earlier: steps });
    expect(incident.truncated).toBe(true);
    expect(incident.incident_updates).toHaveLength(10);
    expect(incident.incident_updates[0]?.id).toBe('upd-6');
  });

  test('has a ping that its readers understand', () => {
    const { page } = seedAnnouncement(1);
    const ping = JSON.parse(statuspage.ping(page, recipient, Date.UTC(2026, 0, 1)).body.toString());
    expect(statuspageShape.parse(ping).meta.ping).toBe(true);
    expect(asChatReads(ping).topic).toBe('Test of your webhook: All Systems Operational');
  });
});

describe('CloudEvents', () => {
  test('names the update, the incident and their order', () => {
    const { headers, body } = cloudEvents.format(announced(5), recipient);
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(JSON.parse(body.toString())).toMatchObject({
      specversion: '1.0',
      id: 'upd-5',
      source: 'https://status.batch.com/',
      type: 'org.incident-fanout.incident.updated',
      subject: 'inc-fe24dd09',
      time: '2021-10-13T09:29:01.000Z',
      sequence: '000005',
      datacontenttype: 'application/json',
      data: { sequence: 5, update: { id: 'upd-5' } },
    });
  });

  test('has attributes of the names that the specification allows', () => {
    const event = JSON.parse(cloudEvents.format(announced(1), recipient).body.toString());
    for (const name of Object.keys(event)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });
});
