import { expect, it } from 'vitest';
import { parseDoorbell } from '../../shared/runtime/parse-doorbell.ts';

const DOORBELL = { page: 'batch', incident: 'outage', update: 'u1', channel: 'email', chunk: 3, of: 8 };

it('a doorbell is read, and what it does not know left out', () => {
  expect(parseDoorbell(JSON.stringify({ ...DOORBELL, later: 1 }))).toEqual({ doorbell: DOORBELL });
});

it.each([
  ['', 'Expected JSON, got something else'],
  ['{', 'Expected JSON, got something else'],
  ['<xml/>', 'Expected JSON, got something else'],
  ['null', 'Expected a doorbell, got faults in the whole'],
  ['[]', 'Expected a doorbell, got faults in the whole'],
  ['"canary"', 'Expected a doorbell, got faults in the whole'],
  ['{}', 'Expected a doorbell, got faults in page, incident, update, channel, chunk, of'],
  [JSON.stringify({ ...DOORBELL, page: 'a#canary' }), 'Expected a doorbell, got faults in page'],
  [JSON.stringify({ ...DOORBELL, channel: 'canary' }), 'Expected a doorbell, got faults in channel'],
  [JSON.stringify({ ...DOORBELL, chunk: -1 }), 'Expected a doorbell, got faults in chunk'],
  [JSON.stringify({ ...DOORBELL, chunk: 1.5, of: '8' }), 'Expected a doorbell, got faults in chunk, of'],
  [JSON.stringify({ ...DOORBELL, update: 7 }), 'Expected a doorbell, got faults in update'],
])('%j is none, with a reason that does not quote it', (body, reason) => {
  expect(parseDoorbell(body)).toEqual({ reason });
});

it.each(['['.repeat(100_000), '{"a":'.repeat(100_000), '\u0000', 'x'.repeat(262_144)])(
  'never throws, whatever it is given (%.10s)',
  (body) => {
    expect(parseDoorbell(body)).toHaveProperty('reason');
  },
);
