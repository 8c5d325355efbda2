import { expect, it } from 'vitest';
import type { Pace } from '../../shared/domain/pace.ts';
import { MINUTE, SECOND } from '../../shared/domain/time.ts';
import { createPacer } from '../../shared/fanout/deliver/pacer.ts';
import type { PaceStore } from '../../shared/store/paces.ts';

const RATE = 100;
const WINDOW = 50;

/** One item, and a process that reserves from it at an hour that the test sets. */
function aPaceAndItsProcesses() {
  const hour = { now: 1_000_000 };
  let stored: Pace | undefined;
  let ids = 0;
  const paces: Pick<PaceStore, 'read' | 'swap'> = {
    read: async () => stored,
    async swap(_, seen, next) {
      if (stored?.by !== seen?.by) return false;
      stored = next;
      return true;
    },
  };
  const aProcess = () =>
    createPacer('sms', {
      paces,
      clock: { now: () => hour.now, newId: () => `${++ids}`, random: () => 0.5 },
      wait: async () => {},
      source: { setting: RATE, canAsk: false },
      windowSize: WINDOW,
    });
  return { hour, aProcess };
}

it('what was reserved and not used in time is lost: it would come on top of what others have reserved since', async () => {
  const { hour, aProcess } = aPaceAndItsProcesses();
  const [slow, busy] = [aProcess(), aProcess()];
  const latest = hour.now + 10 * MINUTE;
  const ask = { tokens: WINDOW, expected: 1_000, expectedAfter: 0, latest, patient: true };

  expect(await slow.take(ask)).toMatchObject({ kind: 'granted' });
  expect(slow.hasLeft()).toBe(true);
  hour.now += 20 * SECOND;
  expect(await busy.take(ask)).toMatchObject({ kind: 'granted', waitMs: 0 });
  // All of the rate is the busy one's for a while. Of what the slow one had, less than half a window is left to it.
  const turn = await slow.take(ask);
  const waitMs = turn.kind === 'granted' ? turn.waitMs : turn.afterMs;
  expect(waitMs).toBeGreaterThan(SECOND);
});
