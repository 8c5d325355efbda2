import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, createApi, OPERATOR_KEY } from '../api/api.ts';
import { freshPage } from '../api/fresh-page.ts';
import { startTables, type TestTables } from '../engine/dynamodb.ts';
import { subscribers } from './command.ts';
import { serve } from './http-app.ts';

let tables: TestTables;
let server: Awaited<ReturnType<typeof serve>>;
let api: Api;
const folder = mkdtempSync(join(tmpdir(), 'subscribers-'));
beforeAll(async () => {
  tables = await startTables();
  api = createApi(tables);
  const { operate } = api.apps;
  if (operate === undefined) throw new Error('Expected an app for operate');
  server = await serve(operate);
});
afterAll(async () => {
  await server.stop();
  await tables.stop();
  rmSync(folder, { recursive: true });
});

let files = 0;
function file(text: string | Buffer): string {
  const path = join(folder, `${++files}.csv`);
  writeFileSync(path, text);
  return path;
}
const at = (page: string, url = server.url) => ['--page', page, '--url', url, '--key', OPERATOR_KEY];
const reportOf = (path: string) => readFileSync(`${path}.report.csv`, 'utf8').trim().split('\r\n').slice(1);
const list = async (page: string, query = '') =>
  (await (await api.request('GET', `/v1/pages/${page}/subscribers${query}`)).json()) as { id: string }[]; // compared below

describe('an import', () => {
  it("takes Statuspage's file as it comes, says what became of each row, and may be repeated", async () => {
    const page = await freshPage(api);
    const path = file(
      [
        '\uFEFFemail,address,skip_confirmation',
        'email,ada@example.com,true,push-api',
        '"email","bob@example.com",false',
        'sms,number,country code',
        'sms,06 12 34 56 78,FR,push-api,dashboard',
        '',
        'webhook,https://hooks.example.com/a,owner@example.com',
        'email,not an address,true',
        'pager,123',
        'email,eve@example.com,true,no-such-component',
        'email,"broken""quote@example.com",true',
      ].join('\r\n'),
    );
    const first = await subscribers(['import', path, ...at(page), '--json']);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(1);
    expect(JSON.parse(first.stdout)).toMatchObject({
      rows: 11,
      finished: true,
      counts: { added: 1, asked: 3, refused: 4, updated: 0 },
    });
    expect(reportOf(path)).toEqual([
      '2,added,',
      '3,asked,',
      '5,asked,',
      '7,asked,',
      expect.stringMatching(/^8,refused,.*Expected an email address/),
      expect.stringMatching(/^9,refused,.*Expected email, sms or webhook/),
      expect.stringMatching(/^10,refused,.*component_ids\.0: Expected an id from the catalogue/),
      expect.stringMatching(/^11,refused,.*Expected an email address/),
    ]);
    expect(existsSync(`${path}.progress.json`)).toBe(false);
    expect(
      api.confirmations
        .filter((one) => one.page === page)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['code', 'confirm', 'confirm']);
    const before = await api.everything();
    const second = await subscribers(['import', path, ...at(page), '--json']);
    expect(JSON.parse(second.stdout)).toMatchObject({
      counts: { added: 0, asked: 0, updated: 4, refused: 4 },
    });
    expect(await api.everything()).toEqual(before);
  });

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('takes a file with %s, as spreadsheets of some countries save it', async (_, separator) => {
    const page = await freshPage(api);
    const rows = [
      ['type', 'address', 'skip_confirmation', 'components'],
      ['email', 'ada@example.com', 'true', '"push-api\ndashboard"'],
      ['email', 'ada@example.com', 'true', ''],
      ['email', '"lin@example.com"', 'true', 'push-api'],
    ];
    const path = file(`\uFEFF${rows.map((cells) => cells.join(separator)).join('\r\n')}`);
    const { code } = await subscribers(['import', path, ...at(page), '--concurrency', '1']);
    expect(code).toBe(0);
    expect(reportOf(path).map((line) => line.split(',')[1])).toEqual(['added', 'updated', 'added']);
    expect(await list(page)).toMatchObject([
      { email: 'ada@example.com', components: [] },
      { email: 'lin@example.com', components: ['push-api'] },
    ]);
  });

  it('overwrites the components of who is known, and brings back nobody who left', async () => {
    const page = await freshPage(api);
    const path = file('email,ada@example.com,true,push-api\nemail,bob@example.com,true\n');
    expect((await subscribers(['import', path, ...at(page)])).code).toBe(0);
    const [bob] = await list(page, '?q=bob@example.com');
    await api.request('DELETE', `/v1/pages/${page}/subscribers/${bob?.id}`);
    writeFileSync(path, 'email,ada@example.com,true,dashboard\nemail,bob@example.com,true\n');
    expect((await subscribers(['import', path, ...at(page)])).code).toBe(0);
    expect(reportOf(path)).toEqual(['1,updated,', expect.stringMatching(/^2,kept,.*unsubscribed/)]);
    expect(await list(page, '?state=all')).toMatchObject([
      { email: 'ada@example.com', components: ['dashboard'] },
    ]);
  });

  it('comes back from an export as it went, on another page', async () => {
    const [from, to] = [await freshPage(api), await freshPage(api)];
    const people = [
      { email: '=cmd@example.com', skip_confirmation_notification: true, component_ids: ['push-api'] },
      { email: "'=odd@example.com", skip_confirmation_notification: true },
      { email: '-dash@example.com' },
      { phone_number: '+33612345678', skip_confirmation_notification: true, group_ids: ['apis'] },
      {
        endpoint: 'https://hooks.example.com/b',
        email: 'o@example.com',
        skip_confirmation_notification: true,
      },
      {
        endpoint: 'https://hooks.example.com/c',
        format: 'statuspage',
        skip_confirmation_notification: true,
      },
      { endpoint: 'https://discord.com/api/webhooks/1/S3cr3t', skip_confirmation_notification: true },
    ];
    for (const subscriber of people) {
      const answer = await api.request('POST', `/v1/pages/${from}/subscribers`, { body: { subscriber } });
      expect(answer.status).toBe(201);
    }
    const path = join(folder, 'export.csv');
    expect((await subscribers(['export', ...at(from), '--out', path])).code).toBe(0);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(",'+33612345678,");
    expect(
      text
        .split('\r\n')
        .flatMap((line) => line.split(','))
        .filter((cell) => /^[=+@-]/.test(cell)),
    ).toEqual([]);
    expect((await subscribers(['import', path, ...at(to)])).code).toBe(0);
    // The chat's own address, not what is shown of it.
    expect(text).toContain('webhooks/1/S3cr3t');
    const same = (rows: object[]) =>
      rows.map((row) => ({ ...row, source: '', created_at: '', confirmed_at: '' }));
    expect(same(await list(to, '?state=all&addresses=whole'))).toEqual(
      same(await list(from, '?state=all&addresses=whole')),
    );
  });

  it.each([
    ['a quote that is never closed', Buffer.from(`email,"ada@example.com,true\n${'x,y\n'.repeat(10)}`)],
    ['a row without end', Buffer.from(`email,${'a'.repeat(300_000)}`)],
    ['random bytes', Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7_919) % 256))],
    ['UTF-16', Buffer.from('\uFEFFemail,ada@example.com,perhaps\n', 'utf16le')],
    ['formulas', Buffer.from('=1+1,2\n@SUM(A1)\n')],
  ])('of %s ends with a code that tells, and subscribes nobody', async (_, bytes) => {
    const page = await freshPage(api);
    const path = file(bytes);
    const { code, stderr } = await subscribers(['import', path, ...at(page)]);
    expect([1, 3]).toContain(code);
    expect(stderr + reportOf(path).join()).toMatch(/Expected .+, got .+/);
    expect(stderr).not.toContain('    at ');
    expect(await list(page, '?state=all')).toEqual([]);
  });

  it.each([
    [['import'], 2, 'Expected --page'],
    [['import', '--page', 'p', '--url', 'http://x', '--key', 'k'], 2, 'Expected a FILE'],
    [
      ['import', 'f', '--page', 'p', '--url', 'http://x', '--key', 'k', '--concurency', '4'],
      2,
      '"--concurency"',
    ],
    [['import', '/nowhere.csv', '--page', 'p', '--url', 'http://x', '--key', 'k'], 2, 'to be a file'],
    [['sing', '--page', 'p'], 2, 'Expected import, export, person or erase, got "sing"'],
    [['erase', 'a@example.com', '--page', 'p', '--url', 'http://x', '--key', 'k'], 3, 'Expected --yes'],
  ])('says what is wrong with %j', async (args, code, text) => {
    const ran = await subscribers(args);
    expect(ran.stderr).toContain(text);
    expect(ran.code).toBe(code);
  });

  it('stops at once for a wrong key or page', async () => {
    const page = await freshPage(api);
    const path = file('email,ada@example.com,true\n');
    const wrongKey = await subscribers([
      'import',
      path,
      '--page',
      page,
      '--url',
      server.url,
      '--key',
      'other',
    ]);
    expect([wrongKey.code, wrongKey.stderr]).toEqual([3, expect.stringContaining('check --key')]);
    const wrongPage = await subscribers(['import', path, ...at('nowhere')]);
    expect([wrongPage.code, wrongPage.stderr]).toEqual([3, expect.stringContaining('check --page')]);
  });
});

describe('a large import', { timeout: 90_000 }, () => {
  /** Answers as the API does, and remembers whom it was asked for. */
  function standIn(options: { busyEvery?: number; stopAfter?: number } = {}) {
    const seen = new Map<string, number>();
    let requests = 0;
    const server: Server = createServer((incoming, outgoing) => {
      let text = '';
      incoming.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      incoming.on('end', () => {
        requests++;
        if (options.stopAfter !== undefined && requests > options.stopAfter) return incoming.socket.destroy();
        if (options.busyEvery && requests % options.busyEvery === 0) {
          return outgoing.writeHead(requests % 2 ? 429 : 503).end('{}');
        }
        const { email } = JSON.parse(text).subscriber;
        seen.set(email, (seen.get(email) ?? 0) + 1);
        return outgoing.writeHead(201).end('{"created":true,"state":"active"}');
      });
    });
    return {
      seen,
      async start() {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on a port
      },
      stop: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  }
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => `email,reader-${index}@example.com,true\n`).join('');

  it('needs no more memory for twenty times the rows', async () => {
    const stand = standIn();
    const url = await stand.start();
    const small = await subscribers(['import', file(rows(1_000)), ...at('p', url)]);
    const large = await subscribers(['import', file(rows(20_000)), ...at('p', url), '--concurrency', '32']);
    stand.stop();
    expect([small.code, large.code]).toEqual([0, 0]);
    expect(stand.seen.size).toBe(20_000);
    expect(large.peakMb).toBeGreaterThan(20);
    expect(large.peakMb - small.peakMb).toBeLessThan(80);
  });

  it('waits where there is no room, and misses nobody', async () => {
    const stand = standIn({ busyEvery: 20 });
    const path = file(rows(150));
    const { code } = await subscribers(['import', path, ...at('p', await stand.start())]);
    stand.stop();
    expect(code).toBe(0);
    expect(stand.seen.size).toBe(150);
    expect(reportOf(path)).toHaveLength(150);
  });

  it('that is killed goes on where it was, and its report is whole', async () => {
    const stand = standIn();
    const url = await stand.start();
    const path = file(rows(4_000));
    const killed = await subscribers(['import', path, ...at('p', url)], {
      onStart: (kill) => {
        const timer = setInterval(() => {
          if (stand.seen.size < 1_500) return;
          clearInterval(timer);
          kill('SIGKILL');
        }, 5);
      },
    });
    expect(killed.code).toBeNull();
    const before = stand.seen.size;
    expect(before).toBeLessThan(4_000);
    const { code, stdout } = await subscribers(['import', path, ...at('p', url), '--json']);
    stand.stop();
    const { resumedAfter, rows: total, counts } = JSON.parse(stdout);
    expect([code, total, counts.added]).toEqual([0, 4_000, 4_000]);
    expect(resumedAfter).toBeGreaterThanOrEqual(1_000);
    expect(stand.seen.size).toBe(4_000);
    expect([...stand.seen.values()].filter((times) => times > 1).length).toBeLessThan(600);
    expect(reportOf(path).map((line) => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 4_000 }, (_, index) => index + 1),
    );
  });

  it('that is interrupted ends what is in flight and says where it is', async () => {
    const stand = standIn();
    const url = await stand.start();
    const path = file(rows(4_000));
    const { code, stderr } = await subscribers(['import', path, ...at('p', url)], {
      onStart: (kill) => {
        const timer = setInterval(() => {
          if (stand.seen.size < 500) return;
          clearInterval(timer);
          kill('SIGINT');
        }, 5);
      },
    });
    stand.stop();
    expect(code).toBe(130);
    expect(stderr).toMatch(/Interrupted after row \d+/);
    const changed = await subscribers(['import', path, ...at('other', url)]);
    expect([changed.code, changed.stderr]).toEqual([3, expect.stringContaining('--restart')]);
  });
});
