import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audienceOf } from '../../shared/domain/audience.ts';
import { announce, place } from '../../shared/domain/placement.ts';
import { UPDATE_STATUSES, type UpdateStatus } from '../../shared/domain/status.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import { anIncident, anUpdate, aSubscriber, selection, T0 } from './builders.ts';

const PAGE = { kind: 'page' } as const;
const bySms = (scope: Subscriber['scope'] = PAGE, overrides: Partial<Subscriber> = {}) =>
  aSubscriber('a', scope, { channel: 'sms', ...overrides });

function steps(...statuses: UpdateStatus[]) {
  return statuses.map((status, index) => anUpdate({ id: `u${index + 1}`, status, acceptedAt: T0 + index }));
}

/** The places of the updates that tell a subscriber. */
function tell(updates: ReturnType<typeof steps>, subscriber: Subscriber, milestones?: UpdateStatus[]) {
  const incident = anIncident(updates, {}, milestones);
  return updates.flatMap((update, index) => (audienceOf(incident, update)(subscriber) ? [index + 1] : []));
}

describe('by SMS one hears', () => {
  it.each<[string, UpdateStatus[], number[]]>([
    ['of the beginning and the end', ['investigating', 'identified', 'monitoring', 'resolved'], [1, 4]],
    ['nothing of a postmortem', ['investigating', 'resolved', 'postmortem'], [1, 2]],
    [
      'that it is not over after all, once',
      ['investigating', 'resolved', 'identified', 'update', 'resolved'],
      [1, 2, 3, 5],
    ],
    [
      'that it is back after a postmortem',
      ['investigating', 'resolved', 'postmortem', 'investigating'],
      [1, 2, 4],
    ],
    [
      'of a maintenance when it is planned, starts and ends',
      ['scheduled', 'update', 'in_progress', 'verifying', 'completed'],
      [1, 3, 5],
    ],
    ['of an end that is said twice, twice', ['investigating', 'resolved', 'resolved'], [1, 2, 3]],
  ])('%s', (_, statuses, told) => expect(tell(steps(...statuses), bySms())).toEqual(told));

  it('of what the page counts besides', () => {
    const updates = steps('investigating', 'identified', 'monitoring', 'resolved', 'postmortem');
    expect(tell(updates, bySms(), ['identified', 'postmortem'])).toEqual([1, 2, 4, 5]);
    expect(tell(updates, bySms(), [...UPDATE_STATUSES])).toEqual([1, 2, 3, 4, 5]);
    expect(tell(updates, bySms(), [])).toEqual([1, 4]);
  });

  it('of everything, if one wants to; and by email of milestones only, if one wants that', () => {
    const updates = steps('investigating', 'identified', 'resolved');
    expect(tell(updates, bySms(PAGE, { filters: { detail: 'all' } }))).toEqual([1, 2, 3]);
    expect(tell(updates, aSubscriber('a'))).toEqual([1, 2, 3]);
    expect(tell(updates, aSubscriber('a', PAGE, { filters: { detail: 'milestones' } }))).toEqual([1, 3]);
  });

  it('of an incident from the update that first concerns them', () => {
    const [first, second, third, end] = steps('investigating', 'identified', 'monitoring', 'resolved');
    const web = [{ id: 'web', name: 'Web', newStatus: 'major_outage' as const }];
    const updates = [first, { ...second, components: web }, third, end].map(
      (one) => one as typeof first & {},
    );
    expect(tell(updates, bySms(selection({ components: ['web'] })))).toEqual([2, 4]);
    const minor = { id: 'outage', name: 'x', impact: 'minor' as const };
    const grown = updates.map((one, index) => (index < 2 ? { ...one, incident: minor } : one));
    expect(tell(grown, bySms(PAGE, { filters: { minimumImpact: 'major' } }))).toEqual([3, 4]);
  });

  it('of the first update after one that nobody was told of', () => {
    const [first, second, third] = steps('investigating', 'identified', 'monitoring');
    const updates = [{ ...first, notify: false }, second, third].map((one) => one as typeof first & {});
    expect(tell(updates.slice(1), bySms())).toEqual([1]);
    expect(tell(updates, bySms())).toEqual([1, 2]);
  });

  it('of the first update after they came', () => {
    const updates = steps('investigating', 'identified', 'monitoring', 'resolved');
    expect(tell(updates, bySms(PAGE, { confirmedAt: T0 + 1 }))).toEqual([2, 4]);
  });
});

it('an incident that began before there were milestones tells everything', () => {
  const updates = steps('investigating', 'identified', 'resolved');
  const { milestones: _, steps: __, ...old } = anIncident(updates.slice(0, 1));
  const fixed = { chunks: old.chunks, milestones: [] };
  const incident = updates
    .slice(1)
    .reduce((grown, update) => place(grown, update, fixed), announce(old, updates[1] as (typeof updates)[0]));
  expect(updates.map((update) => audienceOf(incident, update)(bySms()))).toEqual([true, true, true]);
});

describe('whatever happens', () => {
  const status = fc.constantFrom(...UPDATE_STATUSES);
  const history = fc.array(fc.record({ status, notify: fc.boolean() }), { minLength: 1, maxLength: 12 });
  const milestones = fc.uniqueArray(status);
  const updatesOf = (told: readonly { status: UpdateStatus; notify: boolean }[]) =>
    told.map((one, index) => anUpdate({ id: `u${index}`, acceptedAt: T0 + index, ...one }));

  it('whoever was told of trouble is told of its end, and of nothing that nobody is told', () => {
    fc.assert(
      fc.property(history, milestones, (told, counted) => {
        const updates = updatesOf(told);
        const incident = anIncident(updates, {}, counted);
        const heard = updates.filter((update) => update.notify && audienceOf(incident, update)(bySms()));
        const told1 = updates.filter(({ notify }) => notify);
        // The first that tells is heard, and so is every end.
        expect(heard[0]?.id).toBe(told1[0]?.id);
        for (const end of told1.filter((one) => one.status === 'resolved' || one.status === 'completed'))
          expect(heard).toContain(end);
        // What one heard last says as much about whether it is over as what was published last.
        const over = (one: (typeof updates)[0] | undefined) =>
          ['resolved', 'completed', 'postmortem'].includes(one?.status ?? '');
        if (over(told1.at(-1)) !== over(heard.at(-1))) expect(told1.at(-1)?.status).toBe('postmortem');
      }),
      { numRuns: 500 },
    );
  });

  it('an audience does not change when more is published', () => {
    fc.assert(
      fc.property(history, milestones, fc.nat(11), (told, counted, at) => {
        const updates = updatesOf(told);
        const place = Math.min(at, updates.length - 1);
        const update = updates[place] as (typeof updates)[0];
        const then = anIncident(updates.slice(0, place + 1), {}, counted);
        const now = anIncident(updates, {}, counted);
        expect(audienceOf(now, update)(bySms())).toBe(audienceOf(then, update)(bySms()));
      }),
      { numRuns: 300 },
    );
  });
});
