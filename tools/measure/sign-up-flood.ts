import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How much later news reach their readers while strangers flood the sign-up form. Rounds with and without a flood take turns in one run,
 * and each is as it would be for a reader: from the publisher's call to the last mail that SES took. For the laptop stack alone, where
 * clients of the flood have loopback addresses of their own, and with a rate that leaves the processor idle: functions that take each
 * other's processor say nothing of Lambda.
 *
 *     npm start -- --subscribers 10 --email-rate 100 --processes 10
 *     FANOUT_URL=... FANOUT_KEY=... node tools/measure/sign-up-flood.ts [subscribers = 2000] [rounds of each = 6] [sign-ups a second = 20]
 *
 * 20 a second is what API Gateway lets through to the form (`cdk/public-api.ts`). Prints the milliseconds of each round, and the ratio of
 * the two medians.
 */
const [subscribers = 2_000, rounds = 6, perSecond = 20] = process.argv.slice(2).map(Number);
const api = (process.env['FANOUT_URL'] ?? 'http://localhost:8787').replace('localhost', '127.0.0.1');
const headers = {
  authorization: `Bearer ${process.env['FANOUT_KEY'] ?? ''}`,
  'content-type': 'application/json',
};
const run = Date.now().toString(36);
const news = `news-${run}`;
/** A page has a limit of its own: each round floods another one. */
const flooded = (round: number) => `flooded-${round}-${run}`;
const AT_ONCE = 8;
const WARM_UP_MS = 2_000;

let clients = 0;
let signedUp = 0;
const took: Record<'quiet' | 'flood', number[]> = { quiet: [], flood: [] };
await prepare();
// Both in each pair, and neither always first.
for (let round = 0; round < rounds; round++) {
  const order = round % 2 === 0 ? (['quiet', 'flood'] as const) : (['flood', 'quiet'] as const);
  for (const kind of order)
    took[kind].push(await (kind === 'flood' ? withFlood(round, () => tell(kind, round)) : tell(kind, round)));
}
report();

async function prepare(): Promise<void> {
  for (const page of [news, ...Array.from({ length: rounds }, (_, round) => flooded(round))])
    await operate('PUT', page, '', { name: 'Flood', url: 'https://status.example.com', components: [] });
  let next = 0;
  const add = async () => {
    while (next < subscribers)
      await operate('POST', news, '/subscribers', {
        channel: 'email',
        email: `n${next++}-${run}@example.com`,
      });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, add));
  await tell('quiet', -1);
}

/** Publishes one update and waits until all have it. Resolves with the milliseconds until the last had. */
async function tell(kind: string, round: number): Promise<number> {
  const id = `${kind}-${round + 1}`;
  const startedAt = Date.now();
  await operate('POST', news, '/updates', {
    id,
    incident: { id, name: 'Trouble', impact: 'major' },
    status: 'resolved',
    body: 'All is well again.',
    publishedAt: new Date(startedAt).toISOString(),
    components: [],
  });
  for (let tries = 0; tries < 600; tries++) {
    const receipt = Object(await operate('GET', news, `/updates/${id}/receipt`));
    if (receipt.told === subscribers) return Date.parse(receipt.lastToldAt) - startedAt;
    await sleep(200);
  }
  throw new Error(`Expected ${subscribers} to be told of ${id} within two minutes, got fewer`);
}

/** Sign-ups at a steady rate, however long each takes, from before the work until it is done. */
async function withFlood<T>(round: number, work: () => Promise<T>): Promise<T> {
  const calls = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const call = signUp(flooded(round)).finally(() => calls.delete(call));
    calls.add(call);
  }, 1_000 / perSecond);
  try {
    await sleep(WARM_UP_MS);
    return await work();
  } finally {
    clearInterval(timer);
    await Promise.all(calls);
  }
}

async function signUp(page: string): Promise<void> {
  const n = ++clients;
  const body = `channel=email&email=f${n}-${run}@example.com&scope=page&kinds=incident`;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${api}/p/${page}/subscribe`, {
      method: 'POST',
      // A network of its own: all of 127.0.0.0/8 is this machine.
      localAddress: `127.${1 + (n >> 8)}.${n & 255}.1`,
      agent: false,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length },
    })
      .on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
      .on('error', reject)
      .end(body);
  });
  // A flood that is turned away is none.
  if (status !== 202) throw new Error(`Expected a sign-up to be answered with 202, got ${status}`);
  signedUp++;
}

async function operate(method: string, page: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${api}/v1/pages/${page}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Expected ${method} ${path} to work, got ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function report(): void {
  const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
  for (const [kind, times] of Object.entries(took))
    process.stdout.write(`${kind.padEnd(6)} median ${median(times)} ms of ${times.join(' ')}\n`);
  const ratio = median(took.flood) / median(took.quiet);
  process.stdout.write(
    `${signedUp} sign-ups at ${perSecond}/s; with them news took ${ratio.toFixed(3)} of the time without\n`,
  );
}
