import { SESv2Client } from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEmailSender } from '../../../shared/channels/email/create-email-sender.ts';
import { mailbox, sharedHeaders } from '../../../shared/channels/email/headers.ts';
import { reasonFor } from '../../../shared/channels/email/reason.ts';
import { renderEmail } from '../../../shared/channels/email/render.ts';
import { CHANNEL_SIZING } from '../../../shared/deployment/channels.ts';
import { createSubscriberLinks } from '../../../shared/subscriptions/links.ts';
import { delivery } from '../deliveries.ts';
import { hostileAnnouncement } from '../hostile.ts';
import { type Answer, httpServer, type Seen } from '../http-server.ts';
import { seedAnnouncement } from '../seed.ts';

const links = createSubscriberLinks({ publicUrl: 'https://api.example', linkKey: 'k'.repeat(40) });

function senderAt(url: string) {
  return createEmailSender({
    ses: new SESv2Client({
      endpoint: url,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      requestHandler: { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true },
    }),
    from: 'Batch Status <status@notify.example>',
    configurationSet: 'main',
    postalAddress: '62 rue du Faubourg, Paris',
    links,
    calendarUrl: (page, incident) => `https://api.example/p/${page}/incidents/${incident}/maintenance.ics`,
    now: () => 0,
  });
}

const window = (size: number) =>
  Array.from({ length: size }, (_, n) =>
    delivery<'email'>({ channel: 'email', email: `u${n}@example.com` }, { n }),
  );
const accept = (count: number): Answer => ({
  body: {
    BulkEmailEntryResults: Array.from({ length: count }, (_, n) => ({
      Status: 'SUCCESS',
      MessageId: `m${n}`,
    })),
  },
});
const entriesOf = ({ body }: Seen) => JSON.parse(body).BulkEmailEntries;

describe('a window of 50', () => {
  test('is one call, with the three variables and the headers in every entry', async () => {
    const server = await httpServer(() => accept(50));
    const deliveries = window(50);
    const outcomes = await senderAt(server.url).send(seedAnnouncement(5), deliveries);

    expect(outcomes).toEqual(deliveries.map((_, n) => ({ kind: 'sent', providerId: `m${n}` })));
    expect(server.seen).toHaveLength(1);
    const [seen] = server.seen;
    expect(seen?.path).toBe('/v2/email/outbound-bulk-emails');
    const sent = JSON.parse(seen?.body ?? '');
    expect(sent).toMatchObject({
      FromEmailAddress: '"Batch Status" <status@notify.example>',
      ConfigurationSetName: 'main',
      DefaultEmailTags: [
        { Name: 'update_id', Value: 'upd-5' },
        { Name: 'incident_id', Value: 'inc-fe24dd09' },
        { Name: 'page_id', Value: 'batch' },
      ],
    });
    const { TemplateContent, TemplateData, Headers } = sent.DefaultContent.Template;
    const variables = ['confirm_reason', 'manage_url', 'unsubscribe_url'];
    for (const part of [TemplateContent.Text, TemplateContent.Html]) {
      expect([...new Set(part.match(/\{\{.*?\}\}/g))].sort()).toEqual(variables.map((name) => `{{${name}}}`));
    }
    expect(TemplateContent.Subject).toBe('[Batch] Major downtime');
    expect(Object.keys(JSON.parse(TemplateData)).sort()).toEqual(variables);
    expect(Headers.map(({ Name }: { Name: string }) => Name)).toEqual([
      'Auto-Submitted',
      'X-Auto-Response-Suppress',
      'Precedence',
      'List-Id',
      'In-Reply-To',
      'References',
      'Feedback-ID',
    ]);

    sent.BulkEmailEntries.forEach((entry: Record<string, never>, n: number) => {
      const one = deliveries[n];
      if (one === undefined) throw new Error(`Expected 50 entries, got ${n + 1}`);
      const unsubscribe = links.unsubscribe(one.recipient);
      expect(entry).toMatchObject({
        Destination: { ToAddresses: [`u${n}@example.com`] },
        ReplacementTags: [
          { Name: 'delivery_id', Value: one.id },
          { Name: 'subscriber', Value: one.recipient.h },
        ],
        ReplacementHeaders: [
          { Name: 'List-Unsubscribe', Value: `<${unsubscribe}>` },
          { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
        ],
      });
      const replacement = entry['ReplacementEmailContent'] as unknown as {
        ReplacementTemplate: { ReplacementTemplateData: string };
      };
      expect(JSON.parse(replacement.ReplacementTemplate.ReplacementTemplateData)).toEqual({
        unsubscribe_url: unsubscribe,
        manage_url: links.manage(one.recipient),
        confirm_reason: 'you follow all updates of Batch.',
      });
    });
  });

  test('says of each entry what SES said of it', async () => {
    const server = await httpServer(() => ({
      body: {
        BulkEmailEntryResults: [
          { Status: 'SUCCESS', MessageId: 'm0' },
          { Status: 'INVALID_PARAMETER' },
          { Status: 'TRANSIENT_FAILURE' },
        ],
      },
    }));
    const outcomes = await senderAt(server.url).send(seedAnnouncement(5), window(4));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['sent', 'quarantine', 'retry', 'inDoubt']);
  });

  test.each<[string, Answer, string]>([
    ['the response is lost', { fault: 'lost' }, 'inDoubt'],
    ['no response comes', { fault: 'silence' }, 'inDoubt'],
    ['SES has trouble', { status: 500, body: { message: 'x' } }, 'inDoubt'],
    [
      'SES throttles',
      { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' }, body: { message: 'rate' } },
      'backoff',
    ],
  ])('is called once when %s', async (_, answer, kind) => {
    const server = await httpServer(() => answer);
    const outcomes = await senderAt(server.url).send(seedAnnouncement(5), window(3));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual([kind, kind, kind]);
    expect(server.seen).toHaveLength(1);
  });

  test('is surely not sent when nobody listens', async () => {
    const outcomes = await senderAt('http://127.0.0.1:9').send(seedAnnouncement(5), window(2));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['backoff', 'backoff']);
  });
});

describe('a request refused as malformed', () => {
  const refuse: Answer = {
    status: 400,
    headers: { 'x-amzn-errortype': 'BadRequestException' },
    body: { message: 'x' },
  };
  const addresses = (seen: Seen): string[] =>
    entriesOf(seen).map(
      (entry: { Destination: { ToAddresses: [string] } }) => entry.Destination.ToAddresses[0],
    );

  test.each([0, 17, 49])('is halved until the bad entry, number %i, is cornered', async (bad) => {
    const server = await httpServer((seen) =>
      addresses(seen).includes(`u${bad}@example.com`) ? refuse : accept(addresses(seen).length),
    );
    const outcomes = await senderAt(server.url).send(seedAnnouncement(5), window(50));
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds[bad]).toMatch(/drop|retry/);
    // With the calls used up, a neighbour or two may have to come again.
    expect(kinds.filter((kind) => kind === 'sent').length).toBeGreaterThanOrEqual(47);
    expect(server.seen.length).toBeLessThanOrEqual(12);
  });

  test('for every entry ends after twelve calls, and tells nobody twice', async () => {
    const server = await httpServer(() => refuse);
    const outcomes = await senderAt(server.url).send(seedAnnouncement(5), window(50));
    expect(server.seen).toHaveLength(12);
    expect(outcomes.every(({ kind }) => kind === 'drop' || kind === 'retry')).toBe(true);
  });
});

test('the probe asks for the account', async () => {
  const server = await httpServer(() => ({ body: { SendingEnabled: true } }));
  expect(await senderAt(server.url).probe()).toBe(true);
  expect(server.seen[0]).toMatchObject({ method: 'GET', path: '/v2/email/account' });
  expect(await senderAt('http://127.0.0.1:9').probe()).toBe(false);
});

describe('hostile text', () => {
  const OURS = new Set([
    'html',
    'head',
    'meta',
    'title',
    'style',
    'body',
    'div',
    'table',
    'tr',
    'td',
    'h1',
    'h2',
    'p',
  ]);
  const MARKDOWN = new Set([
    'span',
    'a',
    'strong',
    'em',
    'code',
    'br',
    'ul',
    'ol',
    'li',
    'blockquote',
    'pre',
    'hr',
  ]);

  test('brings no element, attribute, address scheme or variable into the HTML', () => {
    fc.assert(
      fc.property(hostileAnnouncement, (announcement) => {
        const { html, text, subject } = renderEmail(announcement, '1 Street {{x}} <b>');
        const body = html.slice(html.indexOf('<body'));
        for (const [, name = '', attributes = ''] of body.matchAll(/<([a-z0-9]+)((?:"[^"]*"|[^>"])*)>/g)) {
          expect(OURS.has(name) || MARKDOWN.has(name)).toBe(true);
          for (const [, attribute] of attributes.matchAll(/([a-z-]+)="[^"]*"/g)) {
            expect(attribute).toMatch(
              /^(class|style|href|dir|role|width|cellpadding|cellspacing|border|align|colspan|value)$/,
            );
          }
        }
        for (const [, href = ''] of body.matchAll(/href="([^"]*)"/g)) {
          expect(href).toMatch(/^(https:\/\/|mailto:|\{\{(manage|unsubscribe)_url\}\})/);
        }
        expect(html.match(/\{\{|\}\}/g)?.length).toBe(6);
        expect(text.match(/\{\{/g)?.length).toBe(3);
        expect(subject).not.toMatch(/\{\{|\}\}|[\r\n]/);
        expect(subject.length).toBeLessThanOrEqual(150);
        expect(Buffer.byteLength(html)).toBeLessThanOrEqual(100_000);
      }),
      { numRuns: 150 },
    );
  });

  test('changes neither number nor names of headers, and their values stay printable ASCII', () => {
    fc.assert(
      fc.property(hostileAnnouncement, (announcement) => {
        const headers = sharedHeaders(announcement);
        expect(headers).toHaveLength(7);
        for (const { Value = '' } of headers) expect(Value).toMatch(/^[ -~]{1,870}$/);
      }),
    );
  });

  test('keeps markup out of the reason', () => {
    fc.assert(
      fc.property(hostileAnnouncement, (announcement) => {
        const scope = {
          kind: 'selection',
          components: ['c11', 'c22'],
          groups: ['g1'],
          incidents: [],
        } as const;
        const { recipient } = delivery<'email'>({ channel: 'email', email: 'a@b.example' }, { scope });
        expect(reasonFor(announcement, recipient)).not.toMatch(/[&<>"'{}\r\n]/);
      }),
    );
  });
});

test('the reason names what of the affected the reader follows', () => {
  const follow = (components: string[], groups: string[], incidents: string[] = []) =>
    reasonFor(
      seedAnnouncement(5),
      delivery<'email'>(
        { channel: 'email', email: 'a@b.example' },
        { scope: { kind: 'selection', components, groups, incidents } },
      ).recipient,
    );
  expect(follow(['c21'], ['g6'])).toBe('you follow API and Dashboard of Batch.');
  expect(follow(['c21', 'c22', 'c23'], ['g6'])).toBe(
    'you follow API, Dashboard, In-app delivery and 1 more of Batch.',
  );
  expect(follow([], [], ['inc-fe24dd09'])).toBe('you follow “Major downtime”.');
  expect(follow(['gone'], [])).toBe('you subscribed to Batch.');
});

test('the subject is the same for all updates of an incident', () => {
  expect(new Set([1, 2, 3, 4, 5, 6].map((n) => renderEmail(seedAnnouncement(n)).subject)).size).toBe(1);
});

test.each([
  ['Acme Status <a@b.example>', '"Acme Status" <a@b.example>'],
  ['"Acme, Inc." <a@b.example>', '"Acme, Inc." <a@b.example>'],
  ['Größe <a@b.example>', '=?UTF-8?B?R3LDtsOfZQ==?= <a@b.example>'],
  ['a@b.example', 'a@b.example'],
  ['<a@b.example>', 'a@b.example'],
])('the mailbox %s', (from, header) => expect(mailbox(from)).toBe(header));

test('links stay far below the longest header value', () => {
  const h = 'f'.repeat(24);
  const link = links.unsubscribe({ page: 'p'.repeat(64), channel: 'webhook', h });
  expect(link.length).toBeLessThan(300);
});

test('a window fits the time that the ledger allows for a call', () => {
  expect(CHANNEL_SIZING.email.callTimeoutMs).toBe(10_000);
});
