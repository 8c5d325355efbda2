import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { classify } from '../../../shared/channels/webhook/classify.ts';
import { createPostJson } from '../../../shared/channels/webhook/post-json.ts';

/**
 * Receivers that want to keep a call from ending, fill our memory, or lead us elsewhere, byte by byte over a bare socket. What they sent is cut,
 * the socket is closed by us, and the outcome is that of the status, where one came.
 */
const DEADLINE_MS = 600;
const post = createPostJson({ privateTargets: 'allow', deadlineMs: DEADLINE_MS, connectMs: 300 });

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that takes one request after the other and does as it is told with the socket. */
async function receiver(answer: (socket: Socket) => void) {
  const requests: string[] = [];
  const ended: Promise<void>[] = [];
  const server = createServer((socket) => {
    ended.push(new Promise((resolve) => void socket.on('close', () => resolve())));
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      requests.push(bytes.toString('latin1'));
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('Expected a port');
  servers.push(server);
  return { url: `http://127.0.0.1:${bound.port}/`, requests, ended: () => Promise.all(ended) };
}

/** Writes this again and again until somebody closes. */
function endlessly(socket: Socket, bytes: string | Buffer, everyMs: number): void {
  const timer = setInterval(() => socket.write(bytes), everyMs);
  socket.on('close', () => clearInterval(timer));
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';

const TABLE: readonly (readonly [string, (socket: Socket) => void, object])[] = [
  [
    'drips its body, a byte at a time, for ever',
    (socket) => {
      socket.write(`${OK}content-length: 1000000\r\n\r\n`);
      endlessly(socket, 'x', 20);
    },
    { kind: 'sent' },
  ],
  [
    'drips its headers',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      endlessly(socket, 'x', 20);
    },
    { kind: 'retry', cause: 'webhook.timeout', afterMs: 60_000 },
  ],
  [
    'sends headers without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      endlessly(socket, `x-more: ${'y'.repeat(4_000)}\r\n`, 5);
    },
    { kind: 'retry', cause: 'webhook.HPE_HEADER_OVERFLOW' },
  ],
  [
    'sends a body without end',
    (socket) => {
      socket.write(`${OK}\r\n`);
      endlessly(socket, Buffer.alloc(64 * 1024, 'x'), 1);
    },
    { kind: 'sent' },
  ],
  [
    'sends a bomb in a compression that was not asked for',
    (socket) => {
      socket.write(`${OK}content-encoding: gzip\r\ncontent-length: 4\r\n\r\n`);
      socket.end(Buffer.from([0x1f, 0x8b, 8, 0]));
    },
    { kind: 'sent' },
  ],
  [
    'breaks off in the middle of the body of a success',
    (socket) => {
      socket.write(`${OK}content-length: 100\r\n\r\nhalf`);
      setTimeout(() => socket.destroy(), 20);
    },
    { kind: 'sent' },
  ],
  [
    'says continue for ever',
    (socket) => endlessly(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 20),
    { kind: 'retry', cause: 'webhook.timeout' },
  ],
  [
    'wants another protocol',
    (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    { kind: 'retry', cause: 'webhook.http_101' },
  ],
  [
    'speaks no HTTP',
    (socket) => socket.end('220 mail.example ESMTP\r\n'),
    { kind: 'retry', strike: 'webhook.failing' },
  ],
  ...[301, 302, 303, 307, 308].map(
    (status) =>
      [
        `leads to the metadata service by ${status}`,
        (socket: Socket) =>
          void socket.end(
            `HTTP/1.1 ${status} Go\r\nlocation: http://169.254.169.254/latest/meta-data/\r\ncontent-length: 0\r\n\r\n`,
          ),
        { kind: 'retry', cause: 'webhook.redirect_not_followed' },
      ] as const,
  ),
];

describe('a receiver that', () => {
  it.each(TABLE)('%s', async (_, answer, means) => {
    const hostile = await receiver(answer);
    const posted = await post({ url: hostile.url, headers: {}, body: Buffer.from('{}'), keepBytes: 2_048 });
    expect(classify(posted, { id: 'msg_1', now: 0 })).toMatchObject(means);
    // One call, ended by us at the latest, with no more kept of the answer than was wanted.
    await hostile.ended();
    expect(hostile.requests).toHaveLength(1);
    if (posted.kind === 'answer') expect(Buffer.byteLength(posted.body)).toBeLessThanOrEqual(2_048);
  });

  it('goes by the name of a private address over IPv6 is not connected', async () => {
    const guarded = (address: string) =>
      createPostJson({
        privateTargets: 'refuse',
        connectMs: 300,
        resolveAll: async () => [{ address, family: address.includes(':') ? 6 : 4 }],
      })({ url: 'https://hooks.example.com/', headers: {}, body: Buffer.from('{}') });
    for (const address of [
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::',
      'fd00:ec2::254',
      '169.254.169.254',
      '169.254.170.2',
    ]) {
      expect([address, await guarded(address)]).toEqual([
        address,
        { kind: 'refused', reason: 'privateAddress' },
      ]);
    }
  });
});
