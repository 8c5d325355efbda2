import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanLine, cleanLines } from '../../../shared/channels/text/clean.ts';
import { markdownHtml } from '../../../shared/channels/text/html.ts';
import { parseInline, parseMarkdown } from '../../../shared/channels/text/markdown.ts';
import { markdownPlain } from '../../../shared/channels/text/plain.ts';
import { shorten, shortenAtWord } from '../../../shared/channels/text/shorten.ts';
import { utcSpan, utcTime } from '../../../shared/channels/text/utc.ts';
import { hostileText } from '../hostile.ts';
import { seedAnnouncement } from '../seed.ts';

const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff]/u;

describe('cleaning', () => {
  test('leaves no control or direction character, and no line break in a line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(cleanLine(text)).not.toMatch(FORBIDDEN);
        expect(cleanLine(text)).not.toContain('\n');
        expect(cleanLines(text)).not.toMatch(FORBIDDEN);
        expect(cleanLine(text).isWellFormed() && cleanLines(text).isWellFormed()).toBe(true);
      }),
    );
  });

  test('leaves what people write alone', () => {
    for (const text of ['[OLD_STATUSPAGE_MODEL] Delivery', 'Größe 漢字 שלום', '👩‍👩‍👧 ok', 'a & b < c']) {
      expect(cleanLine(text)).toBe(text);
    }
    expect(cleanLines('a\r\n\r\n\r\n\r\nb  \n  • c')).toBe('a\n\nb\n  • c');
  });
});

describe('shortening', () => {
  test('never exceeds the limit, never tears a grapheme, is the identity on short text', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 0, max: 300 }), (text, max) => {
        const whole = cleanLine(text);
        const short = shorten(whole, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
        if (whole.length <= max) expect(short).toBe(whole);
        expect(shortenAtWord(whole, max).length).toBeLessThanOrEqual(max);
      }),
    );
    expect(shorten('👩‍👩‍👧👩‍👩‍👧', 9)).toBe('👩‍👩‍👧…');
  });
});

describe('times', () => {
  test.each([
    ['2021-10-13T07:26:00Z', '13 Oct 2021, 07:26 UTC'],
    ['2021-10-13T00:26:00+02:00', '12 Oct 2021, 22:26 UTC'],
    ['2024-02-29T23:59:59.999Z', '29 Feb 2024, 23:59 UTC'],
    ['not a time', 'not a time'],
  ])('%s is %s', (published, read) => expect(utcTime(published)).toBe(read));

  test('a span names a day once', () => {
    expect(utcSpan('2021-10-13T07:26:00Z', '2021-10-13T08:28:00Z')).toBe('13 Oct 2021, 07:26 – 08:28 UTC');
    expect(utcSpan('2021-10-13T22:00:00Z', '2021-10-14T02:00:00Z')).toBe(
      '13 Oct 2021, 22:00 – 14 Oct 2021, 02:00 UTC',
    );
  });
});

describe('Markdown', () => {
  test('the postmortem of the seed has its three lists and its link', () => {
    const blocks = parseMarkdown(cleanLines(seedAnnouncement(6).update.body));
    expect(
      blocks.filter(({ kind }) => kind === 'list').map((list) => 'items' in list && list.items.length),
    ).toEqual([4, 3, 5]);
    expect(JSON.stringify(blocks)).toContain(
      '"kind":"link","text":"https://status.batch.com","url":"https://status.batch.com/"',
    );
  });

  test.each([
    [
      'a **b** c',
      [
        { kind: 'text', text: 'a ' },
        { kind: 'bold', children: [{ kind: 'text', text: 'b' }] },
        { kind: 'text', text: ' c' },
      ],
    ],
    ['[x](https://a.example/b?c=1)', [{ kind: 'link', text: 'x', url: 'https://a.example/b?c=1' }]],
    ['[x](mailto:a@b.example)', [{ kind: 'link', text: 'x', url: 'mailto:a@b.example' }]],
    ['[x](javascript:alert(1))', [{ kind: 'text', text: '[x](javascript:alert(1))' }]],
    ['[x](https://u:p@a.example)', [{ kind: 'text', text: '[x](https://u:p@a.example)' }]],
    [
      'see https://a.example/b.',
      [
        { kind: 'text', text: 'see ' },
        { kind: 'link', text: 'https://a.example/b', url: 'https://a.example/b' },
        { kind: 'text', text: '.' },
      ],
    ],
    [
      '(https://a.example)',
      [
        { kind: 'text', text: '(' },
        { kind: 'link', text: 'https://a.example', url: 'https://a.example/' },
        { kind: 'text', text: ')' },
      ],
    ],
    ['snake_case_names stay', [{ kind: 'text', text: 'snake_case_names stay' }]],
    [
      '** not bold **x',
      [
        { kind: 'bold', children: [{ kind: 'text', text: ' not bold ' }] },
        { kind: 'text', text: 'x' },
      ],
    ],
  ])('%s', (line, nodes) => expect(parseInline(line)).toEqual(nodes));

  test.each([
    ['*a* and _b c_', 'a and b c'],
    ['snake_case_name, 2*3*4, a * b * c, _ x _', 'snake_case_name, 2*3*4, a * b * c, _ x _'],
    ['![graph](https://a.example/g.png)', 'graph (https://a.example/g.png)'],
    ['[x](https://a.example/ "A title")', 'x (https://a.example/)'],
    ['> told\n> twice\nnot quoted', '> told\n> twice\n\nnot quoted'],
    ['- one\n  goes on\n- two\n\n  not an item', '  • one goes on\n  • two\n\nnot an item'],
    ['a\n---\nb', 'a\n\n---\n\nb'],
    ['```sh\n- *no* item\n\n  # no heading\n```\nafter', '    - *no* item\n\n      # no heading\n\nafter'],
    ['before\n```\nnever closed', 'before\n\n    never closed'],
  ])('%j reads %j as plain text', (source, plain) => {
    expect(markdownPlain(parseMarkdown(source))).toBe(plain);
  });

  test('as HTML: lists in lists, quotes, code as it stands, and the direction that each block finds', () => {
    const none = {
      paragraph: '',
      heading: '',
      list: '',
      item: '',
      inner: '',
      quote: '',
      pre: '',
      rule: '',
      code: '',
      link: '',
    };
    const html = (source: string) =>
      markdownHtml(parseMarkdown(source), none).replaceAll(' dir="auto"', '').replaceAll('\n', '');
    expect(html('1. a\n2. b\n  - c\n  - d\n3. e\n- f')).toBe(
      '<ol><li value="1">a</li><li value="2">b<ul><li>c</li><li>d</li></ul></li><li value="3">e</li></ol><ul><li>f</li></ul>',
    );
    expect(html('> *a*\n\n```\n<b>{{x}}\n```\n---')).toBe(
      '<blockquote class="quote"><em>a</em></blockquote><pre dir="ltr" class="pre">&lt;b&gt;&#123;&#123;x&#125;&#125;</pre><hr class="line">',
    );
  });

  test('nested and numbered lists', () => {
    expect(markdownPlain(parseMarkdown('- a\n  - b\n- c\n\n1. one\n2. two'))).toBe(
      '  • a\n    • b\n  • c\n  1. one\n  2. two',
    );
  });

  test('loses no word of plain text', () => {
    fc.assert(
      fc.property(fc.lorem({ mode: 'sentences', maxCount: 5 }), (text) => {
        expect(markdownPlain(parseMarkdown(text))).toBe(text);
      }),
    );
  });

  test.each([
    '**',
    '[',
    '[x](https://',
    'https://',
    '`',
    '# ',
    '- ',
    ' ',
    '*',
    '.',
    'https://a.',
    '_a',
    ' *a',
    '> ',
    '```\n',
    '- a\n  b\n',
    '![a](',
    '---\n',
  ])('fifty kilobytes of %j take no time', (piece) => {
    const text = cleanLines(piece.repeat(Math.ceil(50_000 / piece.length)));
    const started = performance.now();
    parseMarkdown(text);
    expect(performance.now() - started).toBeLessThan(250);
  });
});
