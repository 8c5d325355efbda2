import { expect, test } from 'vitest';
import { readFlags } from '../../local/demo/flags.ts';

test('nothing asked for is the demo of 2,000 subscribers with a sweep each five seconds', () => {
  expect(readFlags([])).toEqual({
    kind: 'run',
    options: { subscribers: 2_000, exit: false, json: false, together: false, sweepEverySeconds: 5 },
  });
});

test('every flag is read', () => {
  const argv =
    '--subscribers 50 --exit --json --together --sweep-every 5 --port 9000 --processes=2 --disorder 7 --email-rate 14'.split(
      ' ',
    );
  expect(readFlags(argv)).toEqual({
    kind: 'run',
    options: {
      subscribers: 50,
      exit: true,
      json: true,
      together: true,
      sweepEverySeconds: 5,
      port: 9_000,
      processesPerFunction: 2,
      disorderSeed: 7,
      emailRate: 14,
    },
  });
});

test('the last of two counts, so that a line of the history can be changed at its end', () => {
  expect(readFlags(['--sweep-every', '5', '--sweep-every', '9'])).toMatchObject({
    options: { sweepEverySeconds: 9 },
  });
});

test('help is help, whatever else is asked', () => {
  expect(readFlags(['--help', '--port', 'x'])).toEqual({ kind: 'help' });
});

test.each([
  [['--subscribers', '0'], 'Expected --subscribers to be a whole number from 1 to 200000, got "0"'],
  [['--subscribers', '-5'], 'Expected --subscribers to be a whole number from 1 to 200000, got "-5"'],
  [['--subscribers', '2e3'], 'Expected --subscribers to be a whole number from 1 to 200000, got "2e3"'],
  [['--subscribers', '200001'], 'Expected --subscribers to be a whole number from 1 to 200000, got "200001"'],
  [['--subscribers'], 'Expected --subscribers to be a whole number from 1 to 200000, got no value'],
  [['--subscribers', '--exit'], 'Expected --subscribers to be a whole number from 1 to 200000, got "--exit"'],
  [['--sweep-every', '0.5'], 'Expected --sweep-every to be a whole number from 1 to 3600, got "0.5"'],
  [['--port', '70000'], 'Expected --port to be a whole number from 1 to 65535, got "70000"'],
  [['--exit=yes'], 'Expected --exit without a value, got "yes"'],
  [['go'], 'Expected flags only, got "go"'],
])('%j is a fault that says what was expected', (argv, message) => {
  expect(readFlags(argv)).toEqual({ kind: 'fault', message });
});

test.each(['--subscriber', '-x', '--toString', '--__proto__'])(
  '%s is unknown, and the known ones are named',
  (flag) => {
    expect(readFlags([flag])).toMatchObject({
      kind: 'fault',
      message: expect.stringMatching(new RegExp(`^Expected one of --subscribers, .*--help, got "${flag}"$`)),
    });
  },
);
