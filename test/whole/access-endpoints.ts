import { expect } from 'vitest';
import type { Whole } from './access-fixture.ts';

const WAIT = { timeout: 15_000, interval: 100 };

/** What answers of our API hold, as far as it is looked at here. */
interface Shown {
  readonly id: string;
  readonly endpoint: string;
  readonly state: string;
  readonly update: string;
  readonly asked: number;
}

/** All that an operator may do for an endpoint that was given up: it is called again, gets what it missed, and a new secret. */
export async function lookAfterEndpoint(whole: Whole, page: string): Promise<void> {
  const base = `/v1/pages/${page}/subscribers`;
  const url = `${whole.providers.urls.webhook}/e/gone`;
  const shown = async () => {
    const found = await whole.call('GET', `${base}?type=webhook&state=all&q=${encodeURIComponent(url)}`);
    return (JSON.parse(String(found)) as readonly Shown[])[0]; // our own API's
  };
  await expect.poll(async () => (await shown())?.state, WAIT).toBe('quarantined');
  const { id = '' } = (await shown()) ?? {};
  const ask = async (act: string, body?: unknown) =>
    (await whole.call('POST', `${base}/${id}/${act}`, body)) as Shown; // our own API's

  await whole.call('POST', `${base}/reactivate`, { subscribers: [id] });
  expect(await ask('recover', { since: new Date(Date.now() - 600_000).toISOString() })).toMatchObject({
    asked: expect.toSatisfy((asked: number) => asked > 0),
    rest_since: null,
  });
  await ask('rotate_secret');
  await ask('key_pair', { on: true });
  await ask('test');
  await ask('resend', { update: 'alone' });
  const calls = async () => {
    const listed = await whole.call('GET', `${base}/${id}/attempts`);
    return (JSON.parse(String(listed)) as readonly Shown[]).map(({ update }) => update); // our own API's
  };
  await expect.poll(calls, WAIT).toEqual(expect.arrayContaining(['alone', 'ping']));
}

/** The same by its owner: `manage` is the path of their link, and each button that changes something leads to the next. */
export async function pressEndpointButtons({ stack }: Whole, manage: string): Promise<void> {
  let path = manage;
  for (const what of ['secret', 'signByKeyPair', 'rotate', 'test', 'resend&update=alone', 'recover']) {
    const response = await fetch(stack.apiUrl + path, {
      method: 'POST',
      body: `do=${what}`,
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const text = response.headers.get('location') ?? (await response.text());
    expect([200, 303], `${what}: ${text}`).toContain(response.status);
    path = /\/manage\/[\w.~-]+/.exec(text)?.[0] ?? '';
  }
}
