import { SESv2Client } from '@aws-sdk/client-sesv2';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createMailer } from '../../shared/channels/email/create-mailer.ts';
import { errandLetter } from '../../shared/channels/email/errand-letter.ts';
import { renderLetter } from '../../shared/channels/email/letter.ts';
import { renderErrand } from '../../shared/channels/sms/create-texter.ts';
import { segmentsOf } from '../../shared/channels/sms/segments.ts';
import { createEndpointAsker } from '../../shared/channels/webhook/ask-endpoint.ts';
import { createEndpointSecrets, endpointSecret } from '../../shared/channels/webhook/endpoint-secrets.ts';
import { createPostJson } from '../../shared/channels/webhook/post-json.ts';
import type { Subscriber } from '../../shared/domain/subscriber.ts';
import { type Answer, httpServer } from './http-server.ts';

const page = { id: 'batch', name: 'Batch', url: 'https://status.batch.com', components: [] };
const hostile = { ...page, name: '<b>{{x}}</b>\r\nBcc: a@b.example \u202e' };
const url = `https://api.example/confirm/${'r'.repeat(60)}.${'s'.repeat(43)}`;
const KEY = 'k'.repeat(43);

describe('a letter', () => {
  test.each(['confirm', 'already', 'manage', 'endpointActive'] as const)(
    '%s says its thing in both parts',
    (kind) => {
      const { subject, text, html } = renderLetter(
        page,
        errandLetter(page, { kind, url, channel: 'email' }),
        undefined,
      );
      expect(subject).toMatch(/^\[Batch\] /);
      for (const part of [text, html]) expect(part).toContain(url);
      expect(html).not.toMatch(/<img|<script|https?:\/\/(?!api\.example|status\.batch\.com)/);
    },
  );

  test('keeps a hostile page name from being markup, a header or a variable', () => {
    const letter = errandLetter(hostile, { kind: 'confirm', url, channel: 'email' });
    const { subject, text, html } = renderLetter(hostile, letter, undefined);
    expect(html).not.toContain('<b>');
    for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\{|\u202e/);
    expect(subject).not.toMatch(/[\r\n]/);
  });

  test('goes out as one entry of a bulk call, and an answer that is lost is in doubt', async () => {
    const fates: Answer[] = [
      { body: { BulkEmailEntryResults: [{ Status: 'SUCCESS', MessageId: 'm1' }] } },
      { fault: 'lost' },
    ];
    const server = await httpServer((_, count) => fates[count - 1] ?? {});
    const ses = new SESv2Client({
      endpoint: server.url,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const mail = createMailer({ ses, from: 'Batch <status@batch.com>', configurationSet: 'set' });
    const errand = { kind: 'confirm', url, channel: 'email' } as const;
    const h = 'a1b2c3d4e5f6a1b2c3d4e5f6';
    expect(await mail({ email: 'ann@example.com', h }, page, errand)).toEqual({
      kind: 'sent',
      providerId: 'm1',
    });
    expect((await mail({ email: 'owner@example.com' }, page, errand)).kind).toBe('inDoubt');
    expect(server.seen).toHaveLength(2);
    const sent = JSON.parse(server.seen[0]?.body ?? '');
    expect(sent.BulkEmailEntries).toEqual([
      {
        Destination: { ToAddresses: ['ann@example.com'] },
        ReplacementTags: [{ Name: 'subscriber', Value: h }],
      },
    ]);
    expect(JSON.parse(server.seen[1]?.body ?? '').BulkEmailEntries).toEqual([
      { Destination: { ToAddresses: ['owner@example.com'] } },
    ]);
  });
});

test('a code fits one text, a link two', () => {
  expect(segmentsOf(renderErrand(page, { kind: 'code', code: '012345' }))).toBe(1);
  expect(segmentsOf(renderErrand(page, { kind: 'manage', url, channel: 'sms' }))).toBeLessThanOrEqual(2);
});

describe('a challenge', () => {
  const ask = async (answer: (challenge: string) => Answer) => {
    const server = await httpServer(({ body }) => answer(JSON.parse(body).data.challenge));
    const { ask: challenge } = createEndpointAsker({
      post: createPostJson({ privateTargets: 'allow' }),
      signer: createEndpointSecrets(KEY),
      newId: () => 'id',
      now: () => Date.now(),
      userAgent: 'test/1',
      origin: 'api.example',
    });
    const endpoint: Subscriber<'webhook'> = {
      page: 'batch',
      channel: 'webhook',
      h: 'a'.repeat(24),
      address: { channel: 'webhook', url: `${server.url}/in` },
      state: 'pending',
      scope: { kind: 'page' },
      createdAt: 0,
      secretVersions: [1],
    };
    return { consent: await challenge(endpoint, 'c'.repeat(43)), seen: server.seen };
  };

  test('is met by its echo, as JSON or as text, signed so that the official package agrees', async () => {
    const { consent, seen } = await ask((challenge) => ({ body: { challenge } }));
    expect(consent).toBe('agreed');
    const [call] = seen;
    const headers = Object.fromEntries(
      Object.entries(call?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const secret = endpointSecret(KEY, 'batch', 'a'.repeat(24), 1);
    expect(new Webhook(secret).verify(call?.body ?? '', headers)).toMatchObject({ type: 'endpoint.verify' });
    expect((await ask((challenge) => ({ body: `${challenge}\n` }))).consent).toBe('agreed');
  });

  test.each<[string, (challenge: string) => Answer]>([
    ['nothing', () => ({ body: '' })],
    ['all that it got', (challenge) => ({ body: { data: { challenge } } })],
    ['another text', () => ({ body: { challenge: 'x' } })],
    ['broken JSON', (challenge) => ({ body: `{"challenge":"${challenge}"` })],
    ['an error', (challenge) => ({ status: 500, body: { challenge } })],
    ['a redirect', (challenge) => ({ status: 302, headers: { location: '/' }, body: { challenge } })],
    ['more than it may say', (challenge) => ({ body: challenge.padStart(40_000) })],
    ['no answer', () => ({ fault: 'lost' })],
  ])('is not met by %s', async (_, answer) => {
    expect((await ask(answer)).consent).toBe('askOwner');
  });
});

describe('CloudEvents', () => {
  const endpoint = (url: string): Subscriber<'webhook'> => ({
    page: 'batch',
    channel: 'webhook',
    h: 'a'.repeat(24),
    address: { channel: 'webhook', url },
    state: 'pending',
    scope: { kind: 'page' },
    createdAt: 0,
    format: 'cloudevents',
  });
  const asker = createEndpointAsker({
    post: createPostJson({ privateTargets: 'allow' }),
    signer: createEndpointSecrets(KEY),
    newId: () => 'id',
    now: () => Date.now(),
    userAgent: 'test/1',
    origin: 'api.example',
  });

  test.each<[string, Answer, 'agreed' | 'refused']>([
    ['our host', { status: 204, headers: { 'webhook-allowed-origin': 'api.example' } }, 'agreed'],
    ['everybody', { headers: { 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '100' } }, 'agreed'],
    ['others', { headers: { 'webhook-allowed-origin': 'other.example' } }, 'refused'],
    ['nobody', {}, 'refused'],
    ['405', { status: 405, headers: { 'webhook-allowed-origin': '*' } }, 'refused'],
    ['a redirect', { status: 308, headers: { 'webhook-allowed-origin': '*', location: '/' } }, 'refused'],
    ['no answer', { fault: 'lost' }, 'refused'],
  ])('an endpoint that lets in %s', async (_, answer, consent) => {
    const server = await httpServer(() => answer);
    expect(await asker.ask(endpoint(server.url), 'c')).toBe(consent);
    expect(server.seen.map(({ method }) => method)).toEqual(['OPTIONS']);
    expect(server.seen[0]?.headers['webhook-request-origin']).toBe('api.example');
  });
});
