import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWhole, type Whole } from '../whole/access-fixture.ts';
import { expectAccessible } from './accessible.ts';

const CHROMIUM = '/usr/bin/chromium';
const isThere = existsSync(CHROMIUM);
if (!isThere) console.warn(`No browser at ${CHROMIUM}: the tests of the pages in a browser are left out.`);

const PAGE = 'demo';
const COMPONENTS = [
  { id: 'website', name: 'Website' },
  { id: 'api', name: 'API' },
];

describe.skipIf(!isThere)('somebody with a browser', () => {
  let whole: Whole;
  let browser: Browser;
  let tab: Page;

  beforeAll(async () => {
    [whole, browser] = await Promise.all([
      startWhole(),
      chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
    ]);
    await whole.call('PUT', `/v1/pages/${PAGE}`, {
      name: 'Demo',
      url: 'https://status.example.com',
      components: COMPONENTS,
    });
    tab = await browser.newPage({ baseURL: whole.stack.apiUrl });
    tab.setDefaultTimeout(15_000);
  });

  afterAll(async () => {
    await browser?.close();
    await whole?.[Symbol.asyncDispose]();
  });

  it('signs up by email, is told, chooses components and leaves', { timeout: 60_000 }, async () => {
    const to = 'reader@example.com';
    await tab.goto(`/p/${PAGE}/subscribe`);
    await expectAccessible(tab);
    await tab.getByLabel('Your email address').fill(to);
    await tab.getByRole('button', { name: 'Send me the confirmation' }).click();

    // As a person would: from the inbox to the mail, and on by its link, which opens a tab of its own.
    await expect.poll(() => sentTo(to).length, WAIT).toBe(1);
    await tab.goto('/_local/inbox');
    await tab.getByRole('link', { name: to }).click();
    const opening = tab.waitForEvent('popup');
    await tab.frameLocator('iframe.rendered').locator('a[href*="/confirm/"]').first().click();
    const confirming = await opening;
    await expectAccessible(confirming);
    await confirming.getByRole('button', { name: 'Yes, subscribe' }).click();
    await confirming.getByRole('heading', { name: 'You are subscribed' }).waitFor();
    await confirming.close();

    const news = await publish('first', 'website', to);
    await tab.goto(linkIn(news, 'm'));
    await tab.locator('form button').click();
    const manage = await messageTo(to, (text) => text.includes('/manage/'));
    await tab.goto(linkIn(manage, 'manage'));
    await tab.getByLabel('Only what I choose').check();
    await tab.getByLabel('API').check();
    await expectAccessible(tab);
    await tab.getByRole('button', { name: 'Save changes' }).click();
    await tab.getByRole('status').filter({ hasText: 'Saved' }).waitFor();

    const about = await publish('second', 'api', to);
    await tab.goto(linkIn(about, 'u'));
    await expectAccessible(tab);
    await tab.getByRole('button', { name: 'Unsubscribe' }).click();
    await tab.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    // Mail programs press the button by themselves (RFC 8058), and may do so again.
    const again = await fetch(linkIn(about, 'u'), {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(again.status).toBe(200);
  });

  it('would be told apart from one that cannot be read: the check of accessibility can fail', async () => {
    const bad = await browser.newPage();
    await bad.setContent('<html><body><input type="text"></body></html>');
    await expect(expectAccessible(bad)).rejects.toThrow('to deeply equal []');
    await bad.close();
  });

  it('signs up by SMS with the code', { timeout: 30_000 }, async () => {
    const to = '+12015550123';
    await tab.goto(`/p/${PAGE}/subscribe?channel=sms`);
    await tab.getByLabel('Your mobile number').fill(to);
    await tab.getByRole('button', { name: 'Text me the code' }).click();
    await expectAccessible(tab);
    const text = await messageTo(to, () => true);
    await tab.getByLabel('Code').fill(/\b\d{6}\b/.exec(text)?.[0] ?? '');
    await tab.getByRole('button', { name: 'Subscribe' }).click();
    await tab.getByRole('heading', { name: 'You are subscribed' }).waitFor();
  });

  it('signs up a webhook that echoes the challenge, and sees its secret once', {
    timeout: 30_000,
  }, async () => {
    const owner = 'owner@example.com';
    await tab.goto(`/p/${PAGE}/subscribe?channel=webhook`);
    await tab.locator('#url').fill(`${whole.providers.urls.webhook}/e/browser`);
    await tab.locator('#ownerEmail').fill(owner);
    await tab.getByRole('button', { name: 'Check my endpoint' }).click();
    const active = await messageTo(owner, (text) => text.includes('/manage/'));
    await tab.goto(linkIn(active, 'manage'));
    await tab.getByRole('button', { name: 'Show the secret' }).click();
    expect(await tab.locator('code.secret').textContent()).toMatch(/^whsec_/);
  });

  const WAIT = { timeout: 15_000, interval: 100 };

  function sentTo(to: string) {
    return whole.providers.messages().filter((message) => message.to === to);
  }

  async function messageTo(to: string, isIt: (text: string) => boolean): Promise<string> {
    const find = () => sentTo(to).find(({ text }) => isIt(text))?.text;
    await expect.poll(find, { ...WAIT, message: `a message to ${to}` }).toBeDefined();
    return find() ?? '';
  }

  function linkIn(text: string, path: string): string {
    return new RegExp(`${whole.stack.apiUrl}/${path}/[\\w.~-]+`).exec(text)?.[0] ?? '';
  }

  /** Publishes an update on one component, and returns the text of the message about it. */
  async function publish(id: string, component: string, to: string): Promise<string> {
    await whole.call('POST', `/v1/pages/${PAGE}/updates`, {
      id,
      incident: { id: `incident-${id}`, name: `Incident ${id}`, impact: 'major' },
      status: 'investigating',
      body: `Text of ${id}`,
      publishedAt: new Date().toISOString(),
      components: COMPONENTS.filter((each) => each.id === component).map((each) => ({
        ...each,
        newStatus: 'major_outage',
      })),
      notify: true,
    });
    return messageTo(to, (text) => text.includes(`Text of ${id}`));
  }
});
