import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { Announcement } from '../../../shared/channels/channel.ts';
import { createWebhookSender } from '../../../shared/channels/webhook/create-webhook-sender.ts';
import { createEndpointSecrets, endpointSecret } from '../../../shared/channels/webhook/endpoint-secrets.ts';
import { renderPayload } from '../../../shared/channels/webhook/formats/standard/payload.ts';
import { createPostJson } from '../../../shared/channels/webhook/post-json.ts';
import { signatures } from '../../../shared/channels/webhook/sign.ts';
import { createSubscriberLinks } from '../../../shared/subscriptions/links.ts';
import { delivery } from '../deliveries.ts';
import { hostileAnnouncement } from '../hostile.ts';
import { type Answer, httpServer } from '../http-server.ts';
import { seedAnnouncement } from '../seed.ts';

const MASTER = 'm'.repeat(43);

describe('signatures', () => {
  test.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'whsec_plJ3nmyCDGBKInavdOK15jsl',
      'msg_loFOjxBNrRLzqYUf',
      1731705121,
      '{"event_type":"ping","data":{"success":true}}',
      'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    ],
  ])('of the vector of %s', (secret, id, seconds, body, signature) => {
    expect(signatures({ secrets: [secret] }, id, seconds, Buffer.from(body))).toBe(signature);
  });

  test('are verified by the official package, with the new secret and with the old, and mutants are not', () => {
    const { secrets } = createEndpointSecrets(MASTER).of(
      { page: 'batch', h: 'a'.repeat(24), secretVersions: [2], retiringSecret: { version: 1, until: 1 } },
      0,
    );
    expect(secrets).toHaveLength(2);
    fc.assert(
      fc.property(fc.json(), fc.nat(), (body, flip) => {
        const seconds = Math.floor(Date.now() / 1000);
        const headers = {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(seconds),
          'webhook-signature': signatures({ secrets }, 'msg_1', seconds, Buffer.from(body)),
        };
        for (const secret of secrets) {
          expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
        }
        const mutant = Buffer.from(`${body} `);
        mutant.writeUInt8(mutant.readUInt8(flip % mutant.length) ^ 1, flip % mutant.length);
        expect(() => new Webhook(secrets[0] ?? '').verify(mutant.toString('latin1'), headers)).toThrow();
      }),
    );
  });

  test('of nothing are refused', () => {
    expect(() => signatures({ secrets: [] }, 'msg_1', 0, Buffer.from('{}'))).toThrow();
    expect(() => signatures({ secrets: ['whsec_'] }, 'msg_1', 0, Buffer.from('{}'))).toThrow();
  });

  test('use a secret of 32 bytes of its own for each page, endpoint and version', () => {
    const secrets = ['a', 'b'].flatMap((page) =>
      ['0', '1'].flatMap((h) => [1, 2].map((version) => endpointSecret(MASTER, page, h.repeat(24), version))),
    );
    expect(new Set(secrets).size).toBe(8);
    for (const secret of secrets) expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  });
});

describe('the payload', () => {
  const parsed = (announcement: Announcement) => JSON.parse(renderPayload(announcement).toString());

  test('says what happened, to what, in which order', () => {
    expect(parsed(seedAnnouncement(5))).toMatchObject({
      type: 'incident.updated',
      timestamp: '2021-10-13T09:29:01.000Z',
      data: {
        page: { id: 'batch', name: 'Batch', url: 'https://status.batch.com/' },
        incident: {
          id: 'inc-fe24dd09',
          name: 'Major downtime',
          status: 'resolved',
          impact: 'critical',
          started_at: '2021-10-13T07:26:00Z',
          updated_at: '2021-10-13T09:29:00Z',
          url: 'https://status.batch.com/incidents/fe24dd09cc98',
        },
        update: { id: 'upd-5', status: 'resolved', body: 'This incident has been resolved.' },
        sequence: 5,
      },
    });
    const [component] = parsed(seedAnnouncement(5)).data.update.components;
    expect(component).toEqual({
      id: 'c11',
      name: 'Segment',
      group: { id: 'g1', name: '[OLD_STATUSPAGE_MODEL] 3rd party integrations' },
      old_status: 'degraded_performance',
      new_status: 'operational',
    });
  });

  test.each([
    [1, 'incident.created'],
    [2, 'incident.updated'],
    [5, 'incident.updated'],
    [6, 'incident.postmortem_published'],
  ])('of update %i is %s', (n, type) => expect(parsed(seedAnnouncement(n)).type).toBe(type));

  test.each(['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] as const)(
    'of maintenance is maintenance.%s',
    (status) => {
      const seed = seedAnnouncement(1);
      expect(parsed({ ...seed, update: { ...seed.update, status } }).type).toBe(`maintenance.${status}`);
    },
  );

  test('carries any text whole, under 64 kB, or says that it was cut', () => {
    fc.assert(
      fc.property(hostileAnnouncement, (announcement) => {
        const bytes = renderPayload(announcement);
        const { data } = JSON.parse(bytes.toString());
        expect(bytes.length).toBeLessThan(65_536);
        if (data.truncated === undefined)
          expect(data.update.body).toBe(announcement.update.body.toWellFormed());
      }),
    );
    const seed = seedAnnouncement(1);
    const long = { ...seed, update: { ...seed.update, body: '\u0001long '.repeat(20_000) } };
    expect(renderPayload(long).length).toBeLessThan(65_536);
    expect(parsed(long).data.truncated).toBe(true);
  });

  test('is the same bytes each time', () => {
    expect(renderPayload(seedAnnouncement(3)).equals(renderPayload(seedAnnouncement(3)))).toBe(true);
  });
});

describe('sending', () => {
  const sender = createWebhookSender({
    post: createPostJson({ privateTargets: 'allow', deadlineMs: 400, connectMs: 300 }),
    signer: createEndpointSecrets(MASTER),
    links: createSubscriberLinks({ publicUrl: 'https://api.example', linkKey: 'k'.repeat(40) }),
    now: () => Date.now(),
    userAgent: 'incident-fanout/test',
    origin: 'api.example',
    readEarlier: async () => [],
  });
  const endpoint = (url: string, attempt = 1, n = 1) =>
    delivery<'webhook'>({ channel: 'webhook', url }, { attempt, n });

  test('carries the headers of Standard Webhooks, with an id that stays the same', async () => {
    const server = await httpServer(() => ({ status: 204, body: '' }));
    const deliveries = [endpoint(`${server.url}/hook`), endpoint(`${server.url}/hook`, 2)];
    const outcomes = await sender.send(seedAnnouncement(5), deliveries);
    const id = `msg_${deliveries[0]?.id}`;
    expect(outcomes).toEqual([
      { kind: 'sent', providerId: id },
      { kind: 'sent', providerId: id },
    ]);
    expect(server.seen.map(({ headers }) => headers['webhook-attempt']).sort()).toEqual(['1', '2']);
    for (const { method, path, headers, body } of server.seen) {
      expect({ method, path }).toEqual({ method: 'POST', path: '/hook' });
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'incident-fanout/test',
        'webhook-id': id,
        'webhook-unsubscribe': expect.stringMatching(/^https:\/\/api\.example\/u\/v1\./),
      });
      const secret = endpointSecret(MASTER, 'batch', deliveries[0]?.recipient.h ?? '', 1);
      new Webhook(secret).verify(body, headers as Record<string, string>);
    }
  });

  test.each<[string, Answer, string]>([
    [
      'follows no redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'retry webhook.redirect_not_followed',
    ],
    ['loses the response', { fault: 'lost' }, 'retry webhook.reset'],
    ['gets no response', { fault: 'silence' }, 'retry webhook.timeout webhook.failing 60000'],
    ['is not wanted any more', { status: 410 }, 'quarantine webhook.gone endpoint'],
    ['is answered at length', { status: 200, body: 'x'.repeat(1_000_000) }, 'sent'],
    [
      'is answered with huge headers',
      { status: 200, headers: { x: 'y'.repeat(20_000) } },
      'retry webhook.HPE_HEADER_OVERFLOW',
    ],
  ])('makes exactly one request when it %s', async (_, answer, outcome) => {
    const server = await httpServer(() => answer);
    const outcomes = await sender.send(seedAnnouncement(5), [endpoint(server.url)]);
    expect(Object.values(outcomes[0] ?? {}).join(' ')).toContain(outcome);
    expect(server.seen).toHaveLength(1);
  });

  test('an endpoint that nobody serves, and one with no name', async () => {
    const outcomes = await sender.send(seedAnnouncement(5), [
      endpoint('http://127.0.0.1:9/'),
      endpoint('http://nowhere.invalid/', 1, 2),
      endpoint('not a url', 1, 3),
    ]);
    expect(outcomes.map((outcome) => ('cause' in outcome ? outcome.cause : outcome.kind))).toEqual([
      'webhook.refused',
      'webhook.dns',
      'webhook.private_address',
    ]);
  });
});
