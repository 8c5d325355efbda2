import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWhole, type Whole } from '../whole/access-fixture.ts';
import { expectAccessible } from './accessible.ts';

const CHROMIUM = '/usr/bin/chromium';
const isThere = existsSync(CHROMIUM);
if (!isThere) console.warn(`No browser at ${CHROMIUM}: the test of the endpoint's page is left out.`);

const PAGE = 'demo';
const OWNER = 'owner@example.com';
const WAIT = { timeout: 15_000, interval: 100 };

describe.skipIf(!isThere)('the owner of an endpoint, with a browser,', () => {
  let whole: Whole;
  let browser: Browser;
  let tab: Page;
  let endpoint: string;

  beforeAll(async () => {
    [whole, browser] = await Promise.all([
      startWhole(),
      chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
    ]);
    await whole.call('PUT', `/v1/pages/${PAGE}`, {
      name: 'Demo',
      url: 'https://status.example.com',
      components: [{ id: 'website', name: 'Website' }],
    });
    endpoint = `${whole.providers.urls.webhook}/e/owned`;
    tab = await browser.newPage({ baseURL: whole.stack.apiUrl });
    tab.setDefaultTimeout(15_000);
  });

  afterAll(async () => {
    await browser?.close();
    await whole?.[Symbol.asyncDispose]();
  });

  it('sees what failed, sends it again, replaces the secret, and brings it back after it was given up', {
    timeout: 90_000,
  }, async () => {
    await tab.goto(`/p/${PAGE}/subscribe?channel=webhook`);
    await tab.locator('#url').fill(endpoint);
    await tab.locator('#ownerEmail').fill(OWNER);
    await tab.getByRole('button', { name: 'Check my endpoint' }).click();
    await tab.goto(await newestLink(1));
    await tab.getByRole('button', { name: 'Show the secret' }).click();
    const secret = await shownSecret();
    whole.providers.registerWebhook(endpoint, secret);

    // It fails, with an answer that would like to be a page.
    whole.providers.script({ channel: 'webhook', to: endpoint, status: 500, body: '<h1 id="own">Boom</h1>' });
    await publish('first', 'investigating');
    const failed = tab.locator('.calls li').filter({ hasText: 'It answered with status 500' });
    await reloadUntil(() => failed.count().then((count) => count === 1));
    await failed.getByText('What it answered').click();
    expect(await failed.locator('code').textContent()).toBe('<h1 id="own">Boom</h1>');
    expect(await tab.locator('#own').count()).toBe(0);
    await expectReadable();

    await tab.getByRole('button', { name: 'Send again update first' }).click();
    await tab.getByRole('status').filter({ hasText: 'On its way' }).waitFor();
    await reloadUntil(() => logSays('update first, on request'));
    expect(taken('first')).toMatchObject([{ signature: 'verified' }]);

    // Both secrets sign: who has the old one and who has the new one take the same call.
    await tab.getByRole('button', { name: 'Replace it' }).click();
    const next = await shownSecret();
    expect(next).not.toBe(secret);
    await publish('second', 'identified');
    await expect.poll(() => taken('second'), WAIT).toMatchObject([{ signature: 'verified' }]);
    whole.providers.registerWebhook(endpoint, next);
    await tab.getByRole('button', { name: 'Send a test' }).click();
    await reloadUntil(() => logSays(', test, '));
    expect(await tab.locator('main').textContent()).toContain('The old one signs beside it');

    // It asks for no more calls, and is asked for all the same.
    whole.providers.script({ channel: 'webhook', to: endpoint, status: 410 });
    await publish('third', 'monitoring');
    await tab.goto(await newestLink(2));
    await tab.getByText('This endpoint is not called any more').waitFor();
    await expectReadable();
    await publish('fourth', 'resolved');
    await tab.getByRole('button', { name: 'Call it again' }).click();
    await tab.getByRole('status').filter({ hasText: 'It is called again' }).waitFor();
    expect(taken('third')).toEqual([]);
    await tab.getByRole('button', { name: 'Send what it missed' }).click();
    await tab.getByRole('status').filter({ hasText: 'is on its way' }).waitFor();
    await expect.poll(() => taken('fourth'), WAIT).toHaveLength(1);
    expect(taken('third')).toMatchObject([{ signature: 'verified', repeat: false }]);
    await expectReadable();
  });

  /** Texts and controls are for everybody, in light and dark; and a phone scrolls in one direction only. */
  async function expectReadable(): Promise<void> {
    await expectAccessible(tab);
    await tab.setViewportSize({ width: 360, height: 740 });
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await tab.setViewportSize({ width: 1_000, height: 900 });
  }

  async function shownSecret(): Promise<string> {
    const text = await tab.locator('code.secret').first().textContent();
    expect(text).toMatch(/^whsec_/);
    return text ?? '';
  }

  async function logSays(words: string): Promise<boolean> {
    return (
      (await tab.locator('.calls').count()) > 0 &&
      ((await tab.locator('.calls').textContent()) ?? '').includes(words)
    );
  }

  /** Loads the page anew, as its words say, until what was asked for is in the log. */
  async function reloadUntil(isThere: () => Promise<boolean>): Promise<void> {
    const path = await tab.locator('form').first().getAttribute('action');
    const load = async () => {
      await tab.goto(path ?? '');
      return isThere();
    };
    await expect.poll(load, WAIT).toBe(true);
  }

  /** The manage link in the owner's newest mail, once there are so many mails. */
  async function newestLink(mails: number): Promise<string> {
    const links = () =>
      whole.providers
        .messages()
        .filter(({ to }) => to === OWNER)
        .flatMap(({ text }) => new RegExp(`${whole.stack.apiUrl}/manage/[\\w.~-]+`).exec(text) ?? []);
    await expect.poll(() => links().length, WAIT).toBe(mails);
    return links().at(-1) ?? '';
  }

  function taken(update: string) {
    return whole.providers
      .messages()
      .filter((message) => message.channel === 'webhook' && message.update === update);
  }

  async function publish(id: string, status: string): Promise<void> {
    await whole.call('POST', `/v1/pages/${PAGE}/updates`, {
      id,
      incident: { id: 'outage', name: 'Outage', impact: 'major' },
      status,
      body: `Text of ${id}`,
      publishedAt: new Date().toISOString(),
      components: [{ id: 'website', name: 'Website', newStatus: 'major_outage' }],
      notify: true,
    });
  }
});
