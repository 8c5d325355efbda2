import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Whether the time of an answer to a sign-up tells what is known of an address. Kinds take turns, each address is asked for once, and each
 * client has a loopback address of its own, so that no limit is met but the one that is meant. For the laptop stack alone (`npm start`):
 *
 *     FANOUT_URL=... FANOUT_KEY=... node tools/measure/sign-up-timing.ts [addresses of a kind = 100]
 *
 * Prints percentiles of each kind, and the Mann-Whitney test of each against addresses that nobody has heard of: how often a sign-up of the
 * kind takes longer (0.5 is a coin), and z. A |z| above 3.3 (p < 0.001) tells them apart.
 */
const each = Number(process.argv[2] ?? 100);
const api = process.env['FANOUT_URL'] ?? 'http://localhost:8787';
const headers = {
  authorization: `Bearer ${process.env['FANOUT_KEY'] ?? ''}`,
  'content-type': 'application/json',
};
const page = `timing-${Date.now().toString(36)}`;

/** What the service knows of an address before it is signed up for. */
const PREPARE: Readonly<Record<string, (email: string) => Promise<unknown>>> = {
  unknown: async () => {},
  pending: (email) => subscribe(email, false),
  confirmed: (email) => subscribe(email, true),
  unsubscribed: async (email) => operate('DELETE', `/subscribers/${await subscribe(email, true)}`),
  // SES's simulator: becomes quarantined by the update that is published before the clock runs.
  suppressed: (email) => subscribe(email, true),
  // Has had its confirmation for these ten minutes: nothing is written or sent for it.
  full: (email) => signUp(email),
};
const KINDS = Object.keys(PREPARE);
const addressOf = (kind: string, n: number) =>
  kind === 'suppressed' ? `bounce+${page}-${n}@simulator.amazonses.com` : `${kind}-${page}-${n}@example.com`;

let clients = 0;
const took = new Map<string, number[]>(KINDS.map((kind) => [kind, []]));
await prepare();
for (let n = 0; n < each; n++) {
  // Nobody is always first.
  for (let turn = 0; turn < KINDS.length; turn++) {
    const kind = KINDS[(turn + n) % KINDS.length] ?? '';
    took.get(kind)?.push(await signUp(addressOf(kind, n)));
  }
}
report();

async function prepare(): Promise<void> {
  await operate('PUT', '', {
    name: 'Timing',
    url: 'https://status.example.com',
    components: [{ id: 'api', name: 'API' }],
  });
  for (const [kind, toKnow] of Object.entries(PREPARE))
    for (let n = 0; n < each; n++) await toKnow(addressOf(kind, n));
  await operate('POST', '/updates', {
    id: 'first',
    incident: { id: 'one', name: 'Timing', impact: 'minor' },
    status: 'resolved',
    body: 'Nothing of note.',
    publishedAt: new Date().toISOString(),
    components: [{ id: 'api', name: 'API', newStatus: 'operational' }],
  });
  for (let tries = 0; tries < 60; tries++) {
    const { quarantined } = Object(await operate('GET', '/subscribers/histogram_by_state')).email ?? {};
    if (quarantined >= each) return;
    await sleep(1_000);
  }
  throw new Error(`Expected ${each} addresses to be quarantined within a minute, got fewer`);
}

/** Resolves with the milliseconds until the whole answer is there. A connection of its own, as a stranger's first call has. */
async function signUp(email: string): Promise<number> {
  const body = new URLSearchParams({ channel: 'email', email, scope: 'page', kinds: 'incident' }).toString();
  const startedAt = performance.now();
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${api.replace('localhost', '127.0.0.1')}/p/${page}/subscribe`, {
      method: 'POST',
      localAddress: nextClient(),
      agent: false,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length },
    })
      .on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
      .on('error', reject)
      .end(body);
  });
  if (status !== 202) throw new Error(`Expected a sign-up to be answered with 202, got ${status}`);
  return performance.now() - startedAt;
}

/** A network of its own, for clients are counted by network: all of 127.0.0.0/8 is this machine. */
function nextClient(): string {
  clients += 1;
  return `127.${1 + (clients >> 8)}.${clients & 255}.1`;
}

async function subscribe(email: string, confirmed: boolean): Promise<string> {
  const subscriber = { email, skip_confirmation_notification: confirmed };
  return String(Object(await operate('POST', '/subscribers', { subscriber })).id);
}

async function operate(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${api}/v1/pages/${page}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok)
    throw new Error(`Expected ${method} ${path} to work, got ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}

function report(): void {
  const unknown = took.get('unknown') ?? [];
  process.stdout.write(
    `${'milliseconds'.padEnd(14)}${['p5', 'p50', 'p95', 'p99', 'max', 'longer', 'z'].map(cell).join('')}\n`,
  );
  for (const [kind, times] of took) {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
    const { longer, z } = mannWhitney(times, unknown);
    const cells = [at(0.05), at(0.5), at(0.95), at(0.99), at(1), longer.toFixed(2), z.toFixed(1)];
    process.stdout.write(`${kind.padEnd(14)}${cells.map(cell).join('')}\n`);
  }
}

function cell(text: string): string {
  return text.padStart(9);
}

/** Share of pairs in which the first is longer, ties by half, and how many standard deviations that is from a half. */
function mannWhitney(first: readonly number[], second: readonly number[]): { longer: number; z: number } {
  const pairs = first.length * second.length;
  let u = 0;
  for (const one of first) for (const other of second) u += one > other ? 1 : one === other ? 0.5 : 0;
  return {
    longer: u / pairs,
    z: (u - pairs / 2) / Math.sqrt((pairs * (first.length + second.length + 1)) / 12),
  };
}
