import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Providers, startProviders } from '../../local/providers/start-providers.ts';
import { bulkEmail, sesClient, slackClient, twilioClient } from './clients.ts';

const NASTY = '<script>alert(1)</script>"\'&';

let providers: Providers;
beforeAll(async () => {
  providers = await startProviders({ statusCallbacks: false });
  const readers = Array.from({ length: 50 }, (_, place) => `reader-${place + 1}@example.com`);
  await sesClient(providers).send(bulkEmail(readers));
  await sesClient(providers).send(
    bulkEmail(['nasty@example.com'], {
      DefaultContent: {
        Template: {
          TemplateContent: { Subject: NASTY, Text: NASTY, Html: `<head></head><p class="x">${NASTY}</p>` },
          TemplateData: '{}',
        },
      },
    }),
  );
  await twilioClient(providers).messages.create({
    to: '+15557654321',
    messagingServiceSid: providers.credentials.twilio.messagingServiceSid,
    body: NASTY,
    statusCallback: `https://acme.com/s?update=upd-2&x=${NASTY}`,
  });
  const { chat } = slackClient(providers);
  const root = await chat.postMessage({
    channel: 'C0STATUS01',
    text: `${NASTY} <!channel> *bold* <javascript:alert(1)|x> <https://acme.com|site>`,
    metadata: { event_type: 'u', event_payload: { update: 'upd-2' } },
  });
  await chat.postMessage({ channel: 'C0STATUS01', thread_ts: String(root.ts), text: 'a reply' });
  const url = `${providers.urls.webhook}/e/1`;
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  providers.registerWebhook(url, secret);
  const body = JSON.stringify({
    type: 'incident.updated',
    data: { incident: { name: `API ${NASTY}` }, update: { id: 'upd-2', status: 'in_progress', body: NASTY } },
  });
  const at = new Date();
  const signature = new Webhook(secret).sign('msg_1', at, body);
  await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signature,
    },
  });
  await fetch(url, { method: 'POST', body: '{}' });
});
afterAll(() => providers.stop());

async function get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await providers.handle(new Request(`http://127.0.0.1${path}`));
  if (!response) throw new Error(`Expected ${path} to be handled`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const rows = (text: string) => text.match(/<li class="row">/g)?.length ?? 0;

test('the list shows counts per update and channel and the newest fifty messages', async () => {
  const { status, text, headers } = await get('/_local/inbox');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(text).toContain('<strong>55 messages</strong>');
  expect(text).toContain('href="/_local/inbox?channel=email&amp;update=upd-1">51</a>');
  expect(text).toContain('In progress');
  expect(rows(text)).toBe(50);
  expect(text).toContain('Page 1 of 2');
  expect(rows((await get('/_local/inbox?page=2')).text)).toBe(5);
});

test.each([
  ['channel=sms', 1],
  ['channel=slack', 2],
  ['update=upd-2', 3],
  ['update=upd-2&channel=webhook', 1],
  ['address=READER-1%40', 1],
  ['address=c0status', 2],
  ['address=nobody', 0],
  ['channel=nonsense&address=reader-5', 2],
])('the filter %s leaves %d messages', async (query, count) => {
  expect(rows((await get(`/_local/inbox?${query}`)).text)).toBe(count);
});

test('nothing of a message or a query is markup in any page', async () => {
  const pages = providers
    .messages()
    .slice(50)
    .map(({ n }) => `/_local/inbox/${n}`);
  const query = encodeURIComponent(NASTY);
  const lists = ['/_local/inbox', '/_local/refused', `/_local/inbox?address=${query}&update=${query}`];
  for (const path of [...pages, ...lists]) {
    const { text, headers } = await get(path);
    expect(text).not.toContain('<script');
    expect(text).not.toMatch(/href="javascript:/i);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});

test('a mail stands in a frame where nothing runs', async () => {
  const { text, headers } = await get('/_local/inbox/51');
  expect(text).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
  expect(text).toContain(
    'srcdoc="&lt;head&gt;&lt;base target=&quot;_blank&quot;&gt;&lt;/head&gt;&lt;p class=&quot;x&quot;&gt;&lt;script',
  );
  expect(headers.get('content-security-policy')).not.toContain('script-src');
});

test('each channel has its view', async () => {
  const [, sms, root, reply, webhook] = providers.messages().slice(50);
  expect((await get(`/_local/inbox/${sms?.n}`)).text).toContain('1 segment');
  const thread = (await get(`/_local/inbox/${reply?.n}`)).text;
  expect(thread).toContain('1 reply');
  expect(thread).toContain('<span class="mention">@channel</span>');
  expect(thread).toContain('<b>bold</b>');
  expect(thread).toContain('<a href="https://acme.com" rel="noopener noreferrer" target="_blank">site</a>');
  expect(thread).toContain(`/_local/inbox/${root?.n}`);
  expect((await get(`/_local/inbox/${webhook?.n}`)).text).toContain('Signature verified');
});

test('an update that no endpoint was called for has its names from a mail', async () => {
  const plain = await startProviders({ statusCallbacks: false });
  try {
    const TemplateContent = { Subject: '[Shop] Payments fail', Text: 'In progress: Payments: slow\n\nMore.' };
    await sesClient(plain).send(
      bulkEmail(['one@example.com'], {
        DefaultContent: { Template: { TemplateContent, TemplateData: '{}' } },
      }),
    );
    const response = await plain.handle(new Request('http://127.0.0.1/_local/inbox'));
    const text = await response?.text();
    expect(text).toContain('>In progress</a>');
    expect(text).toContain('class="incident">Payments: slow</th>');
  } finally {
    await plain.stop();
  }
});

test('updates of two status pages are two, also when they have one id', async () => {
  const two = await startProviders({ statusCallbacks: false });
  const url = `${two.urls.webhook}/e/1`;
  const get = async (query: string) =>
    (await two.handle(new Request(`http://127.0.0.1/_local/inbox?${query}`)))?.text();
  try {
    for (const page of ['shop', 'bank']) {
      const DefaultEmailTags = [
        { Name: 'update_id', Value: 'upd-1' },
        { Name: 'page_id', Value: page },
      ];
      await sesClient(two).send(bulkEmail(['one@example.com'], { DefaultEmailTags }));
      await twilioClient(two).messages.create({
        to: '+15557654321',
        messagingServiceSid: two.credentials.twilio.messagingServiceSid,
        body: 'Resolved',
        statusCallback: `https://acme.com/s?page=${page}&update=upd-1`,
      });
      await slackClient(two).chat.postMessage({
        channel: 'C0STATUS01',
        text: 'Resolved',
        metadata: { event_type: 'u', event_payload: { page, update: 'upd-1' } },
      });
      const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
      two.registerWebhook(url, secret);
      const at = new Date();
      const body = JSON.stringify({ data: { page: { id: page }, update: { id: 'upd-1' } } });
      const headers = {
        'webhook-id': `msg_${page}`,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(`msg_${page}`, at, body),
      };
      expect((await fetch(url, { method: 'POST', body, headers })).ok).toBe(true);
    }
    const all = await get('');
    expect(all).toContain('8 messages</strong> for\n2 updates, <strong class="">0 repeats');
    for (const page of ['shop', 'bank']) {
      for (const channel of ['email', 'sms', 'slack', 'webhook'])
        expect(all).toContain(`?channel=${channel}&amp;update=${page}%2Fupd-1">1</a>`);
      expect(rows((await get(`update=${page}%2Fupd-1`)) ?? '')).toBe(4);
    }
    expect(rows((await get('update=upd-1')) ?? '')).toBe(8);
  } finally {
    await two.stop();
  }
});

test('accepted messages as JSON lines, of one update or all', async () => {
  const all = await get('/_local/accepted');
  const lines = all.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual(providers.accepted());
  expect(Object.keys(lines[0])).toEqual(['at', 'channel', 'to', 'update', 'providerId']);
  expect((await get('/_local/accepted?update=upd-2')).text.trimEnd().split('\n')).toHaveLength(3);
  expect((await get('/_local/accepted?update=unknown')).text).toBe('');
});

test('refused calls are listed, unknown messages are 404, other paths and methods are not ours', async () => {
  expect((await get('/_local/refused')).text).toContain('Missing required headers');
  expect((await get('/_local/inbox/999')).status).toBe(404);
  expect((await get('/_local/inbox.css')).headers.get('content-type')).toContain('text/css');
  expect(providers.handle(new Request('http://127.0.0.1/v1/pages'))).toBeUndefined();
  const post = await providers.handle(new Request('http://127.0.0.1/_local/inbox', { method: 'POST' }));
  expect(post?.status).toBe(405);
});
