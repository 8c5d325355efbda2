import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPostJson } from '../../../shared/channels/webhook/post-json.ts';
import { isPublicAddress } from '../../../shared/channels/webhook/public-address.ts';
import { parseTarget } from '../../../shared/channels/webhook/target.ts';
import { httpServer } from '../http-server.ts';

const refuse = { privateTargets: 'refuse' } as const;
const faultOf = (address: string) => {
  const target = parseTarget(address, { ...refuse, ownHosts: ['api.ours.example'] });
  return target.kind === 'refused' ? target.fault : 'target';
};

describe('an address for a webhook', () => {
  test.each([
    ['https://hooks.example.com/x', 'target'],
    ['https://hooks.example.com:8443/x?y=1', 'target'],
    ['https://hooks.example.com./x', 'target'],
    ['https://bücher.example/', 'target'],
    ['http://hooks.example.com/', 'notHttps'],
    ['ftp://hooks.example.com/', 'notHttps'],
    ['javascript:alert(1)', 'notHttps'],
    ['file:///etc/passwd', 'notHttps'],
    ['https://user@hooks.example.com/', 'hasCredentials'],
    ['https://user:secret@hooks.example.com/', 'hasCredentials'],
    ['https://hooks.example.com:22/', 'portNotAllowed'],
    ['https://hooks.example.com:6379/', 'portNotAllowed'],
    ['https://hooks.example.com:80/', 'portNotAllowed'],
    ['https://intranet/', 'privateName'],
    ['https://localhost/', 'privateName'],
    ['https://localhost./', 'privateName'],
    ['https://x.localhost/', 'privateName'],
    ['https://printer.local/', 'privateName'],
    ['https://metadata.google.internal/', 'privateName'],
    ['https://api.ours.example/', 'ownHost'],
    ['https://x.api.ours.example/', 'ownHost'],
    [`https://hooks.example.com/${'x'.repeat(2_048)}`, 'tooLong'],
    ['hooks.example.com', 'notAUrl'],
    ['', 'notAUrl'],
    ...[
      '127.0.0.1',
      '[::1]',
      '0x7f.1',
      '0x7f000001',
      '2130706433',
      '0177.0.0.1',
      '127.1',
      '127.0.0.1.',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '%31%32%37.0.0.1',
      '0251.00376.000251.0000376',
      '169.254.169.254',
      '[::7f00:1]',
      '[::127.0.0.1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[fd00:ec2::254]',
      '8.8.8.8',
      '[2606:4700::1]',
    ].map((host) => [`https://${host}/`, 'literalAddress']),
    ...['0o177.0.0.1', '7147006462', '425.510.425.510', '[::1%lo]', '0000::1:80'].map((host) => [
      `https://${host}/`,
      // What the URL parser refuses, or takes for a name, goes nowhere either way.
      expect.stringMatching(/notAUrl|privateName|target/),
    ]),
  ])('%s: %s', (address, fault) => expect(faultOf(address)).toEqual(fault));

  test('on a laptop may be private and plain, but holds no password', () => {
    const allow = { privateTargets: 'allow' } as const;
    expect(parseTarget('http://localhost:4000/x', allow).kind).toBe('target');
    expect(parseTarget('http://127.0.0.1:4000/x', allow).kind).toBe('target');
    expect(parseTarget('http://a:b@localhost/', allow).kind).toBe('refused');
  });
});

describe('a public address', () => {
  const RANGES = [
    '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
    '192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15',
    '198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  ]
    .join(' ')
    .split(' ');
  const number = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const dotted = (n: number) => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.');
  const bounds = RANGES.map((range) => {
    const [network = '', bits] = range.split('/');
    const first = number(network);
    return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
  });
  const isSpecial = (n: number) => bounds.some(({ first, last }) => n >= first && n <= last);

  test('is outside every special range, to the very edge', () => {
    for (const { first, last } of bounds) {
      for (const n of [first - 1, first, last, last + 1].filter((n) => n >= 0 && n < 2 ** 32)) {
        expect([dotted(n), isPublicAddress(dotted(n))]).toEqual([dotted(n), !isSpecial(n)]);
      }
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (n) => {
        expect(isPublicAddress(dotted(n))).toBe(!isSpecial(n));
        // However an IPv4 address is wrapped into IPv6, nobody gets through by it.
        for (const prefix of ['::', '::ffff:', '::ffff:0:', '64:ff9b::']) {
          expect(isPublicAddress(`${prefix}${dotted(n)}`)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '::',
    '::1',
    '::7f00:1',
    '::127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::1',
    '64:ff9b:1::1',
    '100::1',
    '100:0:0:1::1',
    '2001::1',
    '2001:2::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    'not an ip',
    '',
    '1.2.3',
    '01.2.3.4',
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])(
    'is %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('the socket', () => {
  const body = Buffer.from('{}');
  const answers = (addresses: string[]) => async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const post = (resolveAll: ReturnType<typeof answers>) =>
    createPostJson({ ...refuse, resolveAll, connectMs: 300, deadlineMs: 500 })({
      url: 'https://hooks.example.com/',
      headers: {},
      body,
    });

  test.each([[['127.0.0.1']], [['93.184.215.14', '10.0.0.1']], [['::1']], [['::ffff:127.0.0.1']], [[]]])(
    'does not connect to a name that points to %j',
    async (addresses) =>
      expect(await post(answers(addresses))).toEqual({ kind: 'refused', reason: 'privateAddress' }),
  );

  test('asks anew for each call, so a name that moves inside is found out', async () => {
    const turns = [['192.0.2.1'], ['127.0.0.1']];
    let asked = 0;
    const moving = createPostJson({
      ...refuse,
      connectMs: 200,
      resolveAll: async () => (turns[asked++] ?? []).map((address) => ({ address, family: 4 })),
    });
    const call = { url: 'https://hooks.example.com/', headers: {}, body };
    await moving(call);
    expect(await moving(call)).toEqual({ kind: 'refused', reason: 'privateAddress' });
    expect(asked).toBe(2);
  });

  test('never reaches a server on this machine, however it is named', async () => {
    const server = await httpServer(() => ({ status: 200 }));
    const guarded = createPostJson({ ...refuse, connectMs: 300, deadlineMs: 500 });
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '0x7f.1',
      '2130706433',
      '127.1',
      '[::ffff:127.0.0.1]',
    ]) {
      for (const scheme of ['http', 'https']) {
        const posted = await guarded({ url: `${scheme}://${host}:${server.port}/`, headers: {}, body });
        expect(posted.kind).toBe('refused');
      }
    }
    expect(server.seen).toHaveLength(0);
  });
});
