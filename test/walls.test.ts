import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles } from './circles.ts';
import { type Import, readSource, readSources } from './imports.ts';

const product = readSources('shared', 'lambdas');
const all = readSources('shared', 'lambdas', 'bench', 'cdk', 'chaos', 'local', 'tools');

const inside = (path: string, ...folders: readonly string[]) =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Imports of these folders, as `file imports what`, that `isAllowed` does not let through. */
function offences(folders: readonly string[], isAllowed: (one: Import) => boolean): string[] {
  return all
    .filter(({ path }) => inside(path, ...folders))
    .flatMap(({ imports }) => imports)
    .filter((one) => !isAllowed(one))
    .map(({ from, to, isType }) => `${from} imports ${isType ? 'the types of ' : ''}${to}`);
}

/** Files with code that matches, outside of the places where it may be. */
function uses(pattern: RegExp, where: typeof all, allowed: readonly string[]): string[] {
  return where
    .filter(({ path, code }) => !allowed.includes(path) && pattern.test(code))
    .map(({ path, code }) => `${path} has ${pattern.exec(code)?.[0]}`);
}

const isNode = ({ to }: Import) => to.startsWith('node:');

/** Each constructs an SDK's client, sends by it, or knows its errors. */
const SDK_FILES = [
  'lambdas/confirm/email.ts',
  'lambdas/deliver-email/create-sender.ts',
  'lambdas/feedback/compose-twilio.ts',
  'shared/channels/email/create-email-sender.ts',
  'shared/channels/email/create-mailer.ts',
  'shared/channels/email/create-unsuppress.ts',
  'shared/channels/slack/ask.ts',
  'shared/channels/slack/classify.ts',
  'shared/channels/slack/web-clients.ts',
  'shared/channels/sms/twilio-messages.ts',
  'shared/runtime/confirmation-queue.ts',
  'shared/runtime/doorbell-queue.ts',
  'shared/runtime/queue-client.ts',
  'shared/runtime/secrets.ts',
  'shared/runtime/slack-work-queue.ts',
];

describe('imports', () => {
  it('of the domain stay in the domain', () => {
    expect(offences(['shared/domain'], ({ to }) => inside(to, 'shared/domain'))).toEqual([]);
  });

  it('of the deployment facts are the domain', () => {
    const allowed = ({ to }: Import) => inside(to, 'shared/deployment', 'shared/domain');
    expect(offences(['shared/deployment'], allowed)).toEqual([]);
  });

  it.each([
    { folder: 'shared/fanout', types: ['shared'], packages: ['p-map'] },
    {
      folder: 'shared/channels',
      types: ['shared/subscriptions/links.ts', 'shared/subscriptions/messengers.ts'],
      packages: ['@aws-sdk/client-sesv2', '@slack/web-api', 'twilio', 'ipaddr.js'],
    },
    { folder: 'shared/feedback', types: ['shared'], packages: ['zod/mini'] },
    { folder: 'shared/subscriptions', types: ['shared'], packages: ['libphonenumber-js'] },
  ])('of $folder are the domain, and types of what it is given', ({ folder, types, packages }) => {
    const allowed = (one: Import) =>
      isNode(one) ||
      inside(one.to, folder, 'shared/domain', ...packages) ||
      (one.isType && inside(one.to, ...types));
    expect(offences([folder], allowed)).toEqual([]);
  });

  it('of the feeds are the domain, the words of the channels, and types of what they are given', () => {
    const allowed = (one: Import) =>
      isNode(one) ||
      inside(one.to, 'shared/feeds', 'shared/domain', 'shared/channels/text', 'ical-generator') ||
      (one.isType && inside(one.to, 'shared'));
    expect(offences(['shared/feeds'], allowed)).toEqual([]);
  });

  it('of the store are the domain, the shapes of tables, the DynamoDB client and the wait before another try', () => {
    const packages = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'];
    const allowed = ({ to }: Import) =>
      inside(
        to,
        'shared/store',
        'shared/domain',
        'shared/deployment',
        'shared/runtime/back-off.ts',
        ...packages,
      );
    expect(offences(['shared/store'], allowed)).toEqual([]);
  });

  it('of one channel are not those of another', () => {
    const channels = ['email', 'sms', 'slack', 'webhook'].map((name) => `shared/channels/${name}`);
    for (const channel of channels) {
      const others = channels.filter((other) => other !== channel);
      expect(offences([channel], ({ to }) => !inside(to, ...others))).toEqual([]);
    }
  });

  it('of the product never are a function, the stack, the laptop or a test', () => {
    expect(offences(['shared'], ({ to }) => !inside(to, 'lambdas', 'cdk', 'local', 'test'))).toEqual([]);
  });

  it('of a function are the product and never another function', () => {
    const functions = new Set(product.map(({ path }) => /^lambdas\/[^/]+(?=\/)/.exec(path)?.[0] ?? ''));
    for (const folder of [...functions].filter(Boolean)) {
      const allowed = ({ to }: Import) =>
        !inside(to, 'lambdas', 'cdk', 'local', 'test') || inside(to, folder, 'lambdas/compose-delivery.ts');
      expect(offences([folder], allowed)).toEqual([]);
    }
  });

  it('of the stack are the deployment facts and the domain, never code that runs', () => {
    const allowed = ({ to }: Import) =>
      !inside(to, 'shared', 'lambdas', 'local', 'test') || inside(to, 'shared/deployment', 'shared/domain');
    expect(offences(['cdk'], allowed)).toEqual([]);
  });

  it('of the laptop are no code of the product but the deployment facts', () => {
    const allowed = ({ to }: Import) =>
      !inside(to, 'shared', 'lambdas', 'test') || inside(to, 'shared/deployment');
    expect(offences(['local'], allowed)).toEqual([]);
  });

  it('of the tools are their own: they know the product by its HTTP API', () => {
    const allowed = ({ to }: Import) => !inside(to, 'shared', 'lambdas', 'cdk', 'local', 'test');
    expect(offences(['tools'], allowed)).toEqual([]);
  });

  it('go round in no circle, of types neither', () => {
    expect(circles(all)).toEqual([]);
  });

  it('of SDKs appear in these files and nowhere else in the product', () => {
    const isSdk = ({ to, isType }: Import) =>
      !isType && /^(@aws-sdk\/|@smithy\/|twilio\/?|@slack\/)/.test(to);
    const files = new Set(
      product
        .filter(({ path }) => !inside(path, 'shared/store'))
        .flatMap(({ imports }) => imports.filter(isSdk).map(({ from }) => from)),
    );
    expect([...files].sort()).toEqual(SDK_FILES);
  });
});

describe('the world comes in through one file:', () => {
  it('the environment', () => {
    const readers = ['shared/runtime/env.ts', 'shared/runtime/lambda-credentials.ts'];
    expect(uses(/process\s*\.\s*env|process\['env'\]/, product, readers)).toEqual([]);
    expect(uses(/process\s*\.\s*env/, readSources('cdk'), []).length).toBeLessThanOrEqual(1);
  });

  it('time, chance and ids', () => {
    const pattern =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.now\b|\bhrtime\b|\bMath\.random\b|\brandom(UUID|Bytes|Int|FillSync)\b|\bgetRandomValues\b/;
    expect(uses(pattern, product, ['shared/runtime/clock.ts'])).toEqual([]);
    expect(uses(pattern, readSources('cdk'), [])).toEqual([]);
  });

  it('the log', () => {
    const pattern = /\bconsole\s*\.\s*\w+|process\.std(out|err)/;
    expect(uses(pattern, product, ['shared/runtime/log.ts'])).toEqual([]);
  });
});

describe('files', () => {
  it('are no barrels', () => {
    expect(all.filter(({ path }) => basename(path) === 'index.ts').map(({ path }) => path)).toEqual([]);
  });

  it('have at most 250 lines', () => {
    expect(all.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('cite only decisions that were written down', () => {
    const root = resolve(import.meta.dirname, '..');
    const written = readdirSync(resolve(root, 'docs/decisions')).map((name) => Number(name.slice(0, 4)));
    const tracked = execFileSync('git', ['ls-files', '-z', '*.ts', '*.md'], { cwd: root, encoding: 'utf8' });
    const cited = tracked
      .split('\0')
      .filter((path) => path !== '' && existsSync(resolve(root, path)))
      .flatMap((path) =>
        [...readFileSync(resolve(root, path), 'utf8').matchAll(/\bdecisions? (\d{1,4})\b/gi)].map(
          ([, number]) => ({
            path,
            number: Number(number),
          }),
        ),
      );
    expect(cited.length).toBeGreaterThan(10);
    expect(cited.filter(({ number }) => !written.includes(number))).toEqual([]);
  });

  it('name no path of the machine that they were written on', () => {
    const root = resolve(import.meta.dirname, '..');
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
    const machine = /(?<![\w.])\/(home|Users|root|work)\/\w/;
    const offenders = tracked
      .map((path) => resolve(root, path))
      .filter((path) => path !== root && path !== import.meta.filename && existsSync(path))
      .flatMap((path) => {
        const found = machine.exec(readFileSync(path, 'utf8'));
        return found ? [`${path} has ${found[0]}`] : [];
      });
    expect(offenders).toEqual([]);
  });
});

describe('the scanner', () => {
  it('finds circles', () => {
    const sources = [
      readSource('x/a.ts', "import type { b } from './b.ts';"),
      readSource('x/b.ts', "import { c } from './c.ts';"),
      readSource('x/c.ts', "import { a } from './a.ts';\nimport { d } from './d.ts';"),
      readSource('x/d.ts', "import 'pkg';"),
    ];
    expect(circles(sources)).toEqual(['x/a.ts -> x/b.ts -> x/c.ts -> x/a.ts']);
    expect(circles(sources.slice(1))).toEqual([]);
  });

  it.each([
    ["import { a } from './b.ts';", 'x/b.ts', false],
    ["import type { a } from '../b.ts';", 'b.ts', true],
    ["import { type a } from './b.ts';", 'x/b.ts', false],
    ["import {\n  a,\n  type b,\n} from 'pkg/deep';", 'pkg/deep', false],
    ["import * as z from 'zod/mini';", 'zod/mini', false],
    ["import d, { e } from 'd';", 'd', false],
    ["export * from './b.ts';", 'x/b.ts', false],
    ["export type { T } from './b.ts';", 'x/b.ts', true],
    ["import 'side';", 'side', false],
    ["const m = await import('lazy');", 'lazy', false],
  ])('finds %j', (text, to, isType) => {
    expect(readSource('x/a.ts', text).imports).toEqual([{ from: 'x/a.ts', to, isType }]);
  });

  it('finds every file that one of ours names', () => {
    const known = new Set(all.map(({ path }) => path));
    const ours = all
      .flatMap(({ imports }) => imports)
      .filter(({ to }) => /^(shared|lambdas|cdk|local)\//.test(to));
    expect(ours.length).toBeGreaterThan(300);
    expect(ours.filter(({ to }) => to.endsWith('.ts') && !known.has(to))).toEqual([]);
  });

  it('reads no comment, and no string that looks like one', () => {
    const text = "const url = 'http://x'; // import { a } from 'b';\n/* import 'c'; */\nimport 'd';";
    expect(readSource('a.ts', text).imports.map(({ to }) => to)).toEqual(['d']);
  });
});
