import { expect, test } from 'vitest';
import { wishIn } from '../../shared/feedback/twilio/opt-out-words.ts';

test.each([
  ...[
    'STOP',
    'stop',
    ' Stop ',
    'StopAll',
    'UNSUBSCRIBE',
    'end',
    'QUIT',
    'cancel',
    'REVOKE',
    'optout',
    'STOP.',
    '"Stop!"',
  ],
  ...['Arrêt', 'ARRET', 'Stopp', 'abmelden', 'ALTO', 'Baja', 'Désabonner', 'afmelden'],
])('%j is a stop', (body) => expect(wishIn(undefined, body)).toBe('stop'));

test.each(['START', 'yes', 'UnStop'])('%j is a start', (body) =>
  expect(wishIn(undefined, body)).toBe('start'),
);
test.each(['HELP', 'info'])('%j asks for help', (body) => expect(wishIn(undefined, body)).toBe('help'));

test.each([
  ...['Stop please', 'please stop', 'STOP ALL OF IT', 'nonstop', 'S T O P', '', '.', 'stop'.repeat(20)],
  ...['yes please', 'helpful', '🛑', 'Thanks!', 'STOP START'],
])('%j is no wish', (body) => expect(wishIn(undefined, body)).toBeUndefined());

test('what Twilio took it for is the last word', () => {
  expect(wishIn('STOP', 'Arrête tes conneries')).toBe('stop');
  expect(wishIn('START', 'STOP')).toBe('start');
  expect(wishIn('HELP', 'STOP')).toBe('help');
  expect(wishIn('SOMETHING', 'STOP')).toBe('stop');
});

test('what is longer than any word is not looked at', () => {
  expect(wishIn(undefined, `${'.'.repeat(50_000)}STOP`)).toBeUndefined();
});
