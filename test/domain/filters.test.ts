import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audienceOf } from '../../shared/domain/audience.ts';
import { type Filters, KINDS, MINIMUM_IMPACTS } from '../../shared/domain/filters.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import { IMPACTS, UPDATE_STATUSES } from '../../shared/domain/status.ts';
import { anIncident, anUpdate, aSubscriber, selection } from './builders.ts';

const PAGE = { kind: 'page' } as const;

/** The updates of one incident, with the impact that each states. */
const withImpacts = (...impacts: (typeof IMPACTS)[number][]) =>
  impacts.map((impact, index) =>
    anUpdate({ id: `u${index + 1}`, incident: { id: 'outage', name: 'Outage', impact } }),
  );

function heard(incident: Incident, updates: ReturnType<typeof withImpacts>, filters: Filters): boolean[] {
  return updates.map((update) => audienceOf(incident, update)(aSubscriber('a', PAGE, { filters })));
}

describe('filters', () => {
  it('by impact look at the worst so far: who heard of trouble hears of its end', () => {
    const updates = withImpacts('minor', 'major', 'none');
    expect(heard(anIncident(updates), updates, { minimumImpact: 'major' })).toEqual([false, true, true]);
    expect(heard(anIncident(updates), updates, { minimumImpact: 'critical' })).toEqual([false, false, false]);
    expect(heard(anIncident(updates), updates, {})).toEqual([true, true, true]);
  });

  it('by kind know maintenance by its impact, its schedule or its steps, and ask it for no impact', () => {
    const planned = [
      anUpdate({ id: 'u1', incident: { id: 'm', name: 'M', impact: 'maintenance' }, status: 'scheduled' }),
      anUpdate({ id: 'u2', incident: { id: 'm', name: 'M', impact: 'none' }, status: 'completed' }),
    ];
    const incident = anIncident(planned);
    expect(heard(incident, planned, { kinds: ['maintenance'] })).toEqual([true, true]);
    expect(heard(incident, planned, { kinds: ['incident'] })).toEqual([false, false]);
    expect(heard(incident, planned, { minimumImpact: 'critical' })).toEqual([true, true]);
    const scheduled = [
      anUpdate({
        id: 'u1',
        incident: { id: 'm', name: 'M', impact: 'major', scheduledFor: '2021-10-14T00:00:00Z' },
      }),
    ];
    expect(heard(anIncident(scheduled), scheduled, { kinds: ['incident'] })).toEqual([false]);
  });

  it('keep nobody from the one incident that they asked for, and pausing does', () => {
    const updates = withImpacts('minor');
    const [first] = updates;
    if (first === undefined) throw new Error('Expected an update');
    const concerned = audienceOf(anIncident(updates), first);
    const filters = { minimumImpact: 'critical' } as const;
    expect(concerned(aSubscriber('a', selection({ incidents: ['outage'] }), { filters }))).toBe(true);
    expect(concerned(aSubscriber('a', PAGE, { paused: true }))).toBe(false);
  });

  it('take the facts of an incident that began before them', () => {
    const updates = withImpacts('major', 'major');
    const { impacts: _, ...old } = anIncident(updates);
    expect(heard(old, updates, { minimumImpact: 'major' })).toEqual([true, true]);
    expect(heard(old, updates, { minimumImpact: 'critical' })).toEqual([false, false]);
  });

  it('never let an audience shrink over an incident', () => {
    const step = fc.record({
      impact: fc.constantFrom(...IMPACTS),
      status: fc.constantFrom(...UPDATE_STATUSES),
      component: fc.constantFrom('a', 'b'),
    });
    const filters: fc.Arbitrary<Filters> = fc.record(
      {
        kinds: fc.uniqueArray(fc.constantFrom(...KINDS), { minLength: 1 }),
        minimumImpact: fc.constantFrom(...MINIMUM_IMPACTS),
      },
      { requiredKeys: [] },
    );
    const scope = fc.constantFrom(PAGE, selection({ components: ['a'] }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), filters, scope, (steps, wanted, of) => {
        const updates = steps.map(({ impact, status, component }, index) =>
          anUpdate({
            id: `u${index}`,
            status,
            incident: { id: 'outage', name: 'Outage', impact },
            components: [{ id: component, name: component, newStatus: 'major_outage' }],
          }),
        );
        const incident = anIncident(updates);
        const concerned = updates.map((update) =>
          audienceOf(incident, update)(aSubscriber('x', of, { filters: wanted })),
        );
        expect(concerned).toEqual([...concerned].sort());
      }),
    );
  });
});
