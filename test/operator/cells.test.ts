import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowReader } from '../../tools/subscribers/columns.ts';
import { csvLine, plainCell, safeCell } from '../../tools/subscribers/csv-cells.ts';

describe('a cell of an export', () => {
  it.each([
    '=1+1',
    '=cmd|" /C calc"!A0',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '\0=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠A1',
    "'=1+1",
    "''=1+1",
    '+33612345678',
  ])('begins no formula: %j', (text) => {
    const cell = safeCell(text);
    expect(cell).toMatch(/^'/);
    expect(plainCell(cell)).toBe(text);
  });

  it.each(['ada@example.com', '', "o'brien@example.com", "'quoted'@example.com", 'https://a.example/?q==1'])(
    'stays as it is when it is none: %j',
    (text) => {
      expect(safeCell(text)).toBe(text);
      expect(plainCell(text)).toBe(text);
    },
  );

  it('comes back as it was, whatever it is', () => {
    const texts = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', 'a', '"', ',', '＝') });
    fc.assert(
      fc.property(texts, (text) => plainCell(safeCell(text)) === text),
      { numRuns: 2_000 },
    );
  });

  it('is quoted where it holds a comma, a quote or a line end', () => {
    expect(csvLine(['a,b', 'say "hi"', 'two\nlines', 'plain'])).toBe(
      '"a,b","say ""hi""","two\nlines",plain\r\n',
    );
  });
});

describe("Statuspage's columns", () => {
  const read = (...cells: string[]) => createRowReader()(cells);

  it.each([
    [
      ['email', 'ada@example.com', 'true', 'push-api', 'dashboard'],
      {
        email: 'ada@example.com',
        skip_confirmation_notification: true,
        component_ids: ['push-api', 'dashboard'],
      },
    ],
    [['email', ' ada@example.com '], { email: 'ada@example.com', skip_confirmation_notification: false }],
    [
      ['SMS', '612345678', 'FR'],
      { phone_number: '612345678', phone_country: 'FR', skip_confirmation_notification: false },
    ],
    [['sms', "'+33612345678", ''], { phone_number: '+33612345678', skip_confirmation_notification: false }],
    [
      ['webhook', 'https://a.example/hook', 'ada@example.com', 'push-api'],
      {
        endpoint: 'https://a.example/hook',
        email: 'ada@example.com',
        skip_confirmation_notification: false,
        component_ids: ['push-api'],
      },
    ],
  ])('%j', (cells, subscriber) => {
    expect(read(...cells)).toEqual({ kind: 'subscriber', subscriber });
  });

  it.each([
    ['email', 'address', 'skip_confirmation'],
    ['sms', 'number', 'country code'],
    ['webhook', 'url', 'email'],
    [''],
    [' ', ''],
  ])('a heading is no row: %j', (...cells) => {
    expect(read(...cells)).toEqual({ kind: 'heading' });
  });

  it.each([
    [['pager', '123'], 'Expected email, sms or webhook in the first column, got "pager"'],
    [['ada@example.com'], 'Expected email, sms or webhook in the first column, got another text'],
    [['email', 'a@b.co', 'perhaps'], 'Expected true or false as skip_confirmation, got "perhaps"'],
    [['sms', '612345678', 'France'], 'Expected a country code of two letters, got "France"'],
  ])('%j is a fault that says so and quotes no address', (cells, reason) => {
    expect(read(...cells)).toEqual({ kind: 'fault', reason });
  });
});

describe('columns by name', () => {
  it('may come in any order', () => {
    const read = createRowReader();
    expect(read(['Type', 'components', 'address', 'skip_confirmation'])).toEqual({ kind: 'heading' });
    expect(read(['email', 'push-api dashboard', 'ada@example.com', 'true'])).toEqual({
      kind: 'subscriber',
      subscriber: {
        email: 'ada@example.com',
        skip_confirmation_notification: true,
        component_ids: ['push-api', 'dashboard'],
      },
    });
  });

  it.each(['unsubscribed', 'quarantined'])('bring back nobody who is %s', (state) => {
    const read = createRowReader();
    read(['type', 'address', 'state']);
    expect(read(['email', 'ada@example.com', state])).toMatchObject({ kind: 'skipped' });
  });
});
