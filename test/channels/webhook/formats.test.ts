import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../shared/channels/webhook/formats/catalogue.ts';
import { chooseFormat } from '../../../shared/channels/webhook/formats/choose-format.ts';
import type { WebhookFormat } from '../../../shared/channels/webhook/formats/format.ts';
import { allFormats, formatNamed } from '../../../shared/channels/webhook/formats/registry.ts';
import type { Outcome } from '../../../shared/domain/outcome.ts';
import { hostileAnnouncement } from '../hostile.ts';
import { seedAnnouncement } from '../seed.ts';

const FOLDER = 'shared/channels/webhook/formats';
const NOW = Date.UTC(2026, 0, 1);

const recipient = {
  url: 'https://chat.example/x?key=1',
  delivery: 'd'.repeat(22),
  unsubscribe: 'https://notify.example/u/v1.x',
};

function named(name: string): WebhookFormat {
  const format = formatNamed(name);
  if (format === undefined) throw new Error(`Expected a format ${name}`);
  return format;
}

/** The texts of a body that a chat reads as its markup: no addresses, no plain text, no titles and footers of embeds. */
function markupIn(body: Buffer): string[] {
  const plain = ['url', '$schema', 'threadKey', 'title', 'name', 'footer'];
  const walk = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    if (value === null || typeof value !== 'object') return [];
    if ('type' in value && value.type === 'plain_text') return [];
    return Object.entries(value).flatMap(([key, member]) => (plain.includes(key) ? [] : walk(member)));
  };
  return walk(JSON.parse(body.toString()));
}

describe('a format', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  test('is a folder, and its line in the registry and in the catalogue', () => {
    for (const list of ['registry.ts', 'catalogue.ts']) {
      const text = readFileSync(`${FOLDER}/${list}`, 'utf8');
      for (const { name } of folders) {
        expect(text.match(new RegExp(`from './${name}/`, 'g')), `${name} in ${list}`).toHaveLength(1);
      }
    }
    const names = allFormats().map(({ name }) => name);
    expect(folders.map(({ name }) => name).sort()).toEqual(names.toSorted());
    expect(CATALOGUE.map(({ name }) => name)).toEqual(names);
  });

  test('is known by its folder to nobody but the two lists, and to formats that are built on it', () => {
    const files = readdirSync('shared', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const names = folders.map(({ name }) => name).join('|');
    const importers = files.filter((file) =>
      new RegExp(`from '[^']*/(${names})/[^']*'`).test(readFileSync(`shared/${file}`, 'utf8')),
    );
    const inside = 'channels/webhook/formats';
    expect(importers.filter((file) => !file.startsWith(inside))).toEqual([]);
    const lists = ['catalogue.ts', 'cloudevents/cloudevents.ts', 'registry.ts'];
    expect(importers.sort()).toEqual(lists.map((file) => `${inside}/${file}`));
  });

  test.each(folders.map(({ name }) => name))('%s is small', (name) => {
    for (const file of readdirSync(`${FOLDER}/${name}`)) {
      const lines = readFileSync(`${FOLDER}/${name}/${file}`, 'utf8').split('\n').length;
      expect(lines, file).toBeLessThan(150);
    }
  });

  test.each(allFormats().map((format) => [format.name, format] as const))(
    '%s carries any text, and pings',
    (_, { format, ping }) => {
      fc.assert(
        fc.property(hostileAnnouncement, (announcement) => {
          const { body } = format({ ...announcement, earlier: [announcement.update] }, recipient);
          expect(body.length).toBeLessThan(64 * 1024);
          expect(() => JSON.parse(body.toString())).not.toThrow();
        }),
        { numRuns: 60 },
      );
      const { page } = seedAnnouncement(1);
      expect(JSON.parse(ping(page, recipient, NOW).body.toString())).toBeTypeOf('object');
    },
  );
});

describe.each(allFormats().filter(({ chat }) => chat !== undefined))('the chat $name', (format) => {
  /** What would ring somebody, in each chat's own syntax. */
  const RINGS: Readonly<Record<string, RegExp>> = {
    discord: /(?<!\\)<[@#]|(?<!\\)@everyone/,
    'google-chat': /<users\//,
    'slack-webhook': /<[!@#]/,
    teams: /<at>/,
  };

  test('rings nobody, whatever a publisher writes', () => {
    fc.assert(
      fc.property(hostileAnnouncement, (announcement) => {
        const said = {
          ...announcement.update,
          body: `${announcement.update.body} <at>x</at> <users/all> @everyone`,
        };
        const { body } = format.format({ ...announcement, update: said, earlier: [] }, recipient);
        for (const text of markupIn(body)) expect(text).not.toMatch(RINGS[format.name] ?? /$^/);
        if (format.name === 'discord') {
          expect(JSON.parse(body.toString()).allowed_mentions).toEqual({ parse: [] });
        }
      }),
      { numRuns: 60 },
    );
  });

  test('asks its channel, with a link that is nowhere else', () => {
    const { page } = seedAnnouncement(1);
    const link = 'https://notify.example/confirm/r.s';
    const { body } = format.chat?.invitation(page, link) ?? { body: Buffer.alloc(0) };
    expect(body.toString()).toContain(link);
    expect(body.toString()).toContain('Updates of Batch in this channel?');
  });
});

const limits = fc.property(hostileAnnouncement, fc.integer({ min: 0, max: 300 }), (announcement, more) => {
  const many = Array.from({ length: more }, (_, index) => ({
    id: `c${index}`,
    name: `Component ${index} ${'x'.repeat(index % 90)}`,
    group: { id: `g${index % 30}`, name: `Group ${index % 30}` },
    newStatus: 'major_outage' as const,
  }));
  const update = {
    ...announcement.update,
    body: `${announcement.update.body}\n`.repeat(40),
    components: many,
  };
  const announced = { ...announcement, update, earlier: [] };

  const discord = JSON.parse(named('discord').format(announced, recipient).body.toString());
  const [embed] = discord.embeds;
  const fields: { name: string; value: string }[] = embed.fields ?? [];
  expect(embed.title.length).toBeLessThanOrEqual(256);
  expect(embed.description?.length ?? 0).toBeLessThanOrEqual(4_096);
  expect(fields.length).toBeLessThanOrEqual(25);
  for (const { name, value } of fields) {
    expect(name.length).toBeLessThanOrEqual(256);
    expect(value.length).toBeLessThanOrEqual(1_024);
    expect(value).not.toBe('');
  }
  const sum = [embed.title, embed.description ?? '', embed.footer.text, ...fields.flatMap(Object.values)];
  expect(sum.join('').length).toBeLessThanOrEqual(6_000);

  const chat = JSON.parse(named('google-chat').format(announced, recipient).body.toString());
  expect(chat.text.length).toBeLessThanOrEqual(4_096);
  expect(Buffer.byteLength(chat.text)).toBeLessThan(32_000);

  const slack = JSON.parse(named('slack-webhook').format(announced, recipient).body.toString());
  expect(slack.blocks.length).toBeLessThanOrEqual(50);
  for (const block of slack.blocks) {
    expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3_000);
  }
  expect(named('teams').format(announced, recipient).body.length).toBeLessThanOrEqual(21_000);
});

test('limits of the chats hold', () => {
  fc.assert(limits, { numRuns: 60 });
});

describe('Google Chat', () => {
  test('knows a call by its request id, and an incident by its thread', () => {
    const announced = { ...seedAnnouncement(2), earlier: [] };
    const { url = '', body } = named('google-chat').format(announced, recipient);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      key: '1',
      messageReplyOption: 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
      requestId: recipient.delivery,
    });
    expect(JSON.parse(body.toString()).thread).toEqual({ threadKey: 'inc-fe24dd09' });
  });
});

describe('what an answer means', () => {
  const answered = (name: string, status: number, body: unknown, headers = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return named(name).classify?.({ status, headers, body: text }, NOW);
  };
  const shown = (outcome: Outcome | undefined) =>
    outcome === undefined ? 'as of any endpoint' : Object.values(outcome).join(' ');

  test.each<[string, number, unknown, object, string]>([
    ['discord', 200, { id: '1' }, {}, 'as of any endpoint'],
    ['discord', 404, { code: 10_015 }, {}, 'quarantine webhook.discord_unknown_webhook endpoint'],
    ['discord', 404, { code: 0 }, {}, 'as of any endpoint'],
    ['discord', 401, { code: 50_027 }, {}, 'quarantine webhook.discord_invalid_token endpoint'],
    ['discord', 403, { code: 50_001 }, {}, 'quarantine webhook.discord_forbidden endpoint'],
    ['discord', 400, { code: 50_035 }, {}, 'drop webhook.discord_bad_request'],
    ['discord', 429, { retry_after: 2.513 }, {}, 'backoff webhook.discord_429 endpoint 2513'],
    ['discord', 429, '', { 'x-ratelimit-reset-after': '1.25' }, 'backoff webhook.discord_429 endpoint 1250'],
    ['discord', 429, '', {}, 'backoff webhook.discord_429 endpoint 5000'],
    ['discord', 500, '', {}, 'as of any endpoint'],
    [
      'google-chat',
      404,
      { error: { status: 'NOT_FOUND' } },
      {},
      'quarantine webhook.google_chat_not_found endpoint',
    ],
    ['google-chat', 403, {}, {}, 'quarantine webhook.google_chat_forbidden endpoint'],
    ['google-chat', 400, {}, {}, 'drop webhook.google_chat_bad_request'],
    ['google-chat', 429, {}, {}, 'backoff webhook.google_chat_429 endpoint 10000'],
    ['google-chat', 429, {}, { 'retry-after': '60' }, 'backoff webhook.google_chat_429 endpoint 60000'],
    ['google-chat', 503, {}, {}, 'as of any endpoint'],
    ['slack-webhook', 200, 'ok', {}, 'as of any endpoint'],
    ...[
      'action_prohibited',
      'channel_is_archived',
      'channel_not_found',
      'no_active_hooks',
      'no_service',
      'no_team',
      'invalid_token',
    ].map((error): [string, number, unknown, object, string] => [
      'slack-webhook',
      403,
      error,
      {},
      `quarantine webhook.slack_${error} endpoint`,
    ]),
    ['slack-webhook', 400, 'invalid_payload', {}, 'drop webhook.slack_invalid_payload'],
    ['slack-webhook', 500, 'rollup_error', {}, 'as of any endpoint'],
    ['slack-webhook', 429, '', { 'retry-after': '30' }, 'backoff webhook.slack_429 endpoint 30000'],
    ['teams', 202, '', {}, 'as of any endpoint'],
    ['teams', 404, '', {}, 'retry webhook.teams_404 webhook.unreachable true'],
    ['teams', 410, '', {}, 'retry webhook.teams_410 webhook.unreachable true'],
    ['teams', 400, '', {}, 'drop webhook.teams_bad_request'],
    ['teams', 429, '', { 'retry-after': '7' }, 'backoff webhook.teams_429 endpoint 7000'],
    ['teams', 502, '', {}, 'as of any endpoint'],
  ])('%s: %i %j %j is %s', (name, status, body, headers, outcome) =>
    expect(shown(answered(name, status, body, headers))).toBe(outcome),
  );
});

describe('the format of an address', () => {
  const chosen = (address: string, wanted?: string, privateTargets: 'refuse' | 'allow' = 'refuse') => {
    const choice = chooseFormat(new URL(address), wanted, privateTargets);
    return choice.kind === 'format' ? choice.format.name : choice.fault;
  };

  test.each([
    ['https://hooks.example.com/x', undefined, 'standard'],
    ['https://hooks.example.com/x', 'statuspage', 'statuspage'],
    ['https://discord.com/api/webhooks/1/abc', undefined, 'discord'],
    ['https://discord.com/api/webhooks/1/abc', 'standard', 'discord'],
    ['https://ptb.discord.com/api/v10/webhooks/1/abc', undefined, 'discord'],
    ['https://discordapp.com/api/webhooks/1/abc', 'discord', 'discord'],
    ['https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t', undefined, 'google-chat'],
    ['https://hooks.slack.com/services/T1/B1/x', undefined, 'slack-webhook'],
    [
      'https://prod-1.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke',
      undefined,
      'teams',
    ],
    ['https://default1.eu.environment.api.powerplatform.com/powerautomate/x', undefined, 'teams'],
  ])('%s as %s is %s', (address, wanted, format) => expect(chosen(address, wanted)).toBe(format));

  test.each([
    ['https://discord.com/api/webhooks/1/abc', 'teams', /Choose Discord/],
    ['https://hooks.example.com/x', 'discord', /such as https:\/\/discord\.com\/api\/webhooks/],
    ['https://discord.com.evil.example/api/webhooks/1/abc', 'discord', /Enter an address of Discord/],
    ['https://discord.com/channels/1', 'discord', /Enter an address of Discord/],
    ['https://evil-logic.azure.com.example/x', 'teams', /Enter an address of Microsoft Teams/],
    ['https://acme.webhook.office.com/webhookb2/x', undefined, /has retired/],
    ['https://hooks.example.com/x', 'carrier-pigeon', /one of the formats/],
  ])('%s as %s is refused', (address, wanted, fault) => expect(chosen(address, wanted)).toMatch(fault));

  test('is what it is called on a laptop, where no address has a public name', () => {
    expect(chosen('http://127.0.0.1:4000/discord/1', 'discord', 'allow')).toBe('discord');
  });
});
