import { setTimeout as sleep } from 'node:timers/promises';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { startLaptop } from './laptop.ts';
import { NORTHWIND, publish } from './northwind.ts';

/**
 * `npm run pictures`: takes the pictures in docs/images from a laptop stack of its own, with Debian's Chromium. Takes two minutes.
 */
const FOLDER = 'docs/images';
const READER = 'ada@example.com';
const WORKSPACE = { team: 'T0INSTALL1', conversation: 'C0INCIDENTS' };
const PATIENCE_MS = 20_000;

await using laptop = await startLaptop(300);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  await laptop.operate('PUT', 'northwind', NORTHWIND);
  await inWindow(1200, 860, takeInbox);
  await inWindow(900, 1000, takeEmail);
  await inWindow(655, 900, addToSlack, 2);
  await inWindow(720, 800, takeForms);
  await inWindow(655, 900, takeSlack, 2);
} finally {
  await browser.close();
}

async function takeInbox(tab: Page): Promise<void> {
  await tab.goto('/_local/inbox');
  await tab.screenshot({ path: `${FOLDER}/inbox.png` });
}

/** The mail without the inbox around it. */
async function takeEmail(tab: Page): Promise<void> {
  await tab.goto('/_local/inbox?channel=email&update=batch-1-investigating');
  await tab.locator('.rows a').first().click();
  const mail = await tab.locator('iframe.rendered').getAttribute('srcdoc');
  await tab.setContent(mail ?? '');
  await tab.screenshot({ path: `${FOLDER}/email.png` });
}

/** As somebody who signs up, is told twice, and looks at their subscription. */
async function takeForms(tab: Page): Promise<void> {
  await tab.goto('/p/northwind/subscribe');
  await tab.getByLabel('Your email address').fill(READER);
  await tab.getByLabel('Only what I choose').check();
  await tab.getByLabel('All of Payments').check();
  await tab.getByLabel('REST API').check();
  await tab.mouse.move(0, 0);
  await tab.screenshot({ path: `${FOLDER}/subscribe.png`, fullPage: true });

  await tab.getByRole('button', { name: 'Send me the confirmation' }).click();
  await tab.goto(await linkInMail(tab, 'confirm'));
  await tab.getByRole('button', { name: 'Yes, subscribe' }).click();
  for (const status of ['investigating', 'identified'] as const) {
    await publish(laptop, status);
    await mailWith(tab, status);
  }
  await tab.goto(await linkInMail(tab, 'm'));
  await tab.locator('form button').click();
  await tab.goto(await linkInMail(tab, 'manage'));
  await tab.screenshot({ path: `${FOLDER}/manage.png`, fullPage: true });
}

async function addToSlack(tab: Page): Promise<void> {
  await tab.goto('/slack/install?page=northwind');
  await tab.getByRole('link', { name: 'Allow' }).click();
  await laptop.operate('POST', 'northwind/subscribers', { channel: 'slack', ...WORKSPACE });
}

/** The thread of an incident of three steps: two were published for the forms. */
async function takeSlack(tab: Page): Promise<void> {
  await publish(laptop, 'monitoring');
  await eventually('a message in Slack', async () => {
    await tab.goto(`/_local/slack?channel=${WORKSPACE.conversation}`);
    return (await tab.getByText('We are watching').count()) > 0 || undefined;
  });
  await tab.locator('article.slack').screenshot({ path: `${FOLDER}/slack.png` });
}

async function linkInMail(tab: Page, path: string): Promise<string> {
  const link = new RegExp(`${laptop.url}/${path}/[\\w.~-]+`);
  return link.exec(await mailWith(tab, `/${path}/`))?.[0] ?? '';
}

/** The text of the newest mail to the reader that has these words, in capitals or not. */
function mailWith(tab: Page, words: string): Promise<string> {
  return eventually(`a mail with ${words}`, async () => {
    await tab.goto(`/_local/inbox?channel=email&address=${encodeURIComponent(READER)}`);
    const newest = tab.locator('.rows a').first();
    if ((await newest.count()) === 0) return undefined;
    await newest.click();
    const text = (await tab.locator('pre').first().textContent()) ?? '';
    return text.toLowerCase().includes(words) ? text : undefined;
  });
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(250)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Expected ${what} within ${PATIENCE_MS} ms, got none`);
}

async function inWindow(
  width: number,
  height: number,
  take: (tab: Page) => Promise<void>,
  scale = 1,
): Promise<void> {
  const context: BrowserContext = await browser.newContext({
    baseURL: laptop.url,
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: 'light',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await take(await context.newPage());
  await context.close();
}
