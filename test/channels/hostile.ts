import fc from 'fast-check';
import type { Announcement } from '../../shared/channels/channel.ts';
import { seedAnnouncement } from './seed.ts';

/** Pieces that mean something to some sink: headers, HTML, Slack, templates, Markdown, terminals, directions of writing. */
const PIECES = [
  '\r\nBcc: evil@example.com',
  '\u2028\u2029\u0085\v\f\0\x1b[31m',
  '\u202e\u2066gnirts\u2069',
  '</td></table><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[click](https://evil.example/"onclick="x)',
  '<!channel> <!here> <!everyone> <@U12345> <#C12345> <!subteam^S1> <!date^1^{date}|x> <http://evil.example|ok>',
  '{{unsubscribe_url}} {{{x}}} {{#each a}} {',
  '}} {{',
  '**[x](https://evil.example/)**',
  '`code` **bold** - item',
  '=?utf-8?B?QQ==?=',
  '\ud83d\ude00\ud83d',
  '👩‍👩‍👧‍👦🏴‍☠️é€^[]~',
  'е́Жч 漢字 かな',
  'a'.repeat(400),
  '€'.repeat(200),
  '😀'.repeat(150),
  'e\u0301\u0301'.repeat(100),
];

/** Text made of such pieces, plain words, and whatever else Unicode has. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 30 }), fc.lorem()), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(' '));

/** An announcement with hostile text in each of its fields. */
export const hostileAnnouncement: fc.Arbitrary<Announcement> = fc
  .record({
    sequence: fc.integer({ min: 1, max: 6 }),
    page: hostileText,
    title: hostileText,
    body: hostileText,
    component: hostileText,
    group: hostileText,
  })
  .map(({ sequence, page, title, body, component, group }) => {
    const seed = seedAnnouncement(sequence);
    const components = seed.update.components.map((one, index) => ({
      ...one,
      name: index % 3 === 0 ? component : one.name,
      ...(one.group && { group: { id: one.group.id, name: index % 2 === 0 ? group : one.group.name } }),
    }));
    return {
      page: { ...seed.page, name: page },
      incident: { ...seed.incident, title, components },
      update: { ...seed.update, body, components },
    };
  });
