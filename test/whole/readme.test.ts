import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWhole, type Whole } from './access-fixture.ts';

const PATIENCE = { timeout: 20_000, interval: 250 };

const readme = readFileSync('README.md', 'utf8');
const [, section = ''] = /^## Send the first update$(.*?)^### Two more doors$/ms.exec(readme) ?? [];
const [setting, putPage, addSubscriber, publish, askAfter] = shellBlocks(section);

let whole: Whole;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'incident-fanout-readme-'));
  whole = await startWhole();
}, 60_000);
afterAll(async () => {
  await whole?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

it('the commands of the README work as they stand, one after the other', { timeout: 60_000 }, async () => {
  expect(setting).toBe('URL=http://127.0.0.1:8787\nKEY=...\n');
  expect(await run(putPage)).toEqual([expect.objectContaining({ id: 'shop', name: 'Shop' })]);
  expect(await run(addSubscriber)).toEqual([
    expect.objectContaining({ channel: 'email', state: 'active', components: ['checkout'] }),
  ]);
  const accepted = {
    update: 'payments-1',
    incident: 'payments',
    sequence: 1,
    receipt: '/v1/pages/shop/updates/payments-1/receipt',
  };
  expect(await run(publish)).toEqual([accepted]);
  expect(await run(publish)).toEqual([accepted]);

  await expect
    .poll(async () => (await run(askAfter))[0], PATIENCE)
    .toMatchObject({ complete: true, told: 1 });
  const [receipt, incident] = await run(askAfter);
  expect(incident).toMatchObject({ id: 'payments', updates: [{ id: 'payments-1' }] });
  expect(Object.keys(receipt ?? {})).toEqual(Object.keys(shownReceipt()));
  expect(receipt).toMatchObject(withoutPlaceholders(shownReceipt()));
  expect(whole.errors()).toEqual([]);
});

/** Runs a block of commands in a shell, and reads each answer's JSON. */
async function run(commands = ''): Promise<Record<string, unknown>[]> {
  const { key } = await whole.stack.secret('OperatorSecret');
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euc', commands.replaceAll(/^curl /gm, 'curl -sS -w "\\n" ')],
    {
      cwd: folder,
      env: { ...process.env, URL: whole.stack.apiUrl, KEY: String(key) },
      timeout: 20_000,
    },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function shellBlocks(text: string): readonly string[] {
  return [...text.matchAll(/^```sh\n(?<commands>.*?)^```$/gms)].map(
    ({ groups }) => groups?.['commands'] ?? '',
  );
}

/** The receipt that the README shows, where `...` stands for what differs from run to run. */
function shownReceipt(): Record<string, unknown> {
  const [, shown = '{}'] = /^```\n(\{"update".*?)^```$/ms.exec(section) ?? [];
  return JSON.parse(shown.replaceAll('{...}', '"..."'));
}

function withoutPlaceholders(shown: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== '...'));
}
