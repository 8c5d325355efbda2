import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audienceOf } from '../../shared/domain/audience.ts';
import { anIncident, anUpdate, aSubscriber, selection, T0 } from './builders.ts';

const api = {
  id: 'api',
  name: 'API',
  newStatus: 'major_outage',
  group: { id: 'core', name: 'Core' },
} as const;
const web = { id: 'web', name: 'Web', newStatus: 'major_outage' } as const;

const first = anUpdate({ id: 'u1', components: [api] });
const second = anUpdate({ id: 'u2', components: [web] });
const incident = anIncident([first, second]);

describe('the audience of an update', () => {
  const told = (update: typeof first, scope: Parameters<typeof aSubscriber>[1]) =>
    audienceOf(incident, update)(aSubscriber('a', scope));

  it.each([
    ['the whole page', { kind: 'page' } as const, true, true],
    ['a component of the first', selection({ components: ['api'] }), true, true],
    ['its group', selection({ groups: ['core'] }), true, true],
    ['a component of the second', selection({ components: ['web'] }), false, true],
    ['the incident', selection({ incidents: ['outage'] }), true, true],
    ['another component', selection({ components: ['mail'] }), false, false],
    ['another incident', selection({ incidents: ['other'] }), false, false],
    ['nothing', selection({}), false, false],
  ])('%s', (_, scope, ofFirst, ofSecond) => {
    expect([told(first, scope), told(second, scope)]).toEqual([ofFirst, ofSecond]);
  });

  it('counts a component that joined the group after the subscription', () => {
    const later = { ...api, id: 'api-v2' };
    const update = anUpdate({ id: 'u3', components: [later] });
    const grown = anIncident([update]);
    expect(audienceOf(grown, update)(aSubscriber('a', selection({ groups: ['core'] })))).toBe(true);
  });

  it('holds only the active who agreed before the update was accepted', () => {
    const concerned = audienceOf(incident, first);
    for (const state of ['pending', 'quarantined', 'unsubscribed'] as const) {
      expect(concerned(aSubscriber('a', { kind: 'page' }, { state }))).toBe(false);
    }
    expect(concerned(aSubscriber('a', { kind: 'page' }, { confirmedAt: T0 }))).toBe(true);
    expect(concerned(aSubscriber('a', { kind: 'page' }, { confirmedAt: T0 + 1 }))).toBe(false);
    const { confirmedAt: _, ...unconfirmed } = aSubscriber('a');
    expect(concerned(unconfirmed)).toBe(false);
  });

  it('never shrinks: who was told of an incident is told of its end', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd');
    const component = ids.map((id) => ({ id, name: id, newStatus: 'partial_outage' as const }));
    // Whoever takes an update in reads a clock of its own: a later one may have been accepted earlier.
    const moment = fc.integer({ min: -3, max: 3 });
    const step = fc.tuple(fc.uniqueArray(component, { selector: ({ id }) => id }), moment);
    const steps = fc.array(step, { minLength: 1, maxLength: 6 });
    const scope = fc.array(ids).map((components) => selection({ components }));
    fc.assert(
      fc.property(steps, scope, moment, (accepted, wanted, agreed) => {
        const updates = accepted.map(([components, at], index) =>
          anUpdate({ id: `u${index}`, components, acceptedAt: T0 + at }),
        );
        const grown = anIncident(updates);
        const subscriber = aSubscriber('x', wanted, { confirmedAt: T0 + agreed });
        const concerned = updates.map((update) => audienceOf(grown, update)(subscriber));
        expect(concerned).toEqual([...concerned].sort());
      }),
    );
  });
});
