import { expect, it } from 'vitest';
import type { Doorbell } from '../../shared/domain/doorbell.ts';
import { lanesOf } from '../../shared/fanout/deliver/lanes.ts';

const rung = (chunk: number): Doorbell => ({
  page: 'p',
  incident: 'i',
  update: 'u',
  channel: 'email',
  chunk,
  of: 8,
});

function aLane() {
  const time = { now: 0 };
  return { time, lanes: lanesOf(4, () => time.now) };
}

it('a doorbell that waits in an invocation is taken up again when it is due, once', () => {
  const { time, lanes } = aLane();
  const doorbell = rung(3);
  lanes.keep(doorbell, { kind: 'ringAgain', afterMs: 500, crowdedOut: true }, doorbell);
  expect(lanes.takeDue()).toBeUndefined();
  time.now = 500;
  expect(lanes.takeDue()).toBe(doorbell);
  expect(lanes.takeDue()).toBeUndefined();
  lanes.keep(doorbell, { kind: 'acknowledge', finished: true }, doorbell);
  expect(lanes.takeDue()).toBeUndefined();
  expect(lanes.answer(doorbell)).toEqual({ kind: 'acknowledge', finished: true });
});

it('a wait is as long as it still is when the batch is answered', () => {
  const { time, lanes } = aLane();
  const [own, further] = [rung(0), rung(1)];
  lanes.keep(own, { kind: 'ringAgain', afterMs: 20_000 }, own);
  lanes.keep(further, { kind: 'ringAgain', afterMs: 30_000 }, own);
  time.now = 23_000;
  expect(lanes.answer(own)).toEqual({
    kind: 'ringAgain',
    afterMs: 0,
    onTheWay: [{ doorbell: further, afterMs: 7_000 }],
  });
});

it('goes to no chunk twice by itself', () => {
  const { lanes } = aLane();
  lanes.visit(rung(1));
  expect(lanes.takeNext(rung(0), 1)?.chunk).toBe(2);
  expect(lanes.takeNext(rung(0), 1)?.chunk).toBe(3);
  expect(lanes.takeNext(rung(0), 8)).toBeUndefined();
});
