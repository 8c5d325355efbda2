import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN } from '../../local/stack/aws-client.ts';
import { generatePassword } from '../../local/stack/secrets/generate-password.ts';
import { type Fixture, runFixture } from './stack-fixture/run.ts';
import { httpApi, lambda, queue, table } from './stack-fixture/template.ts';

interface Seen {
  readonly environment: Record<string, string>;
  readonly context: Record<string, unknown>;
  readonly remainingMs: number;
  readonly cwd: string;
  readonly pid: number;
  readonly invocations: number;
}

const RESOURCES = {
  ...table('Table'),
  ...queue('Queue'),
  Generated: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      GenerateSecretString: {
        ExcludePunctuation: true,
        GenerateStringKey: 'key',
        PasswordLength: 43,
        SecretStringTemplate: '{"for":"links"}',
      },
    },
  },
  Filled: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: '{"token":""}' } },
  Empty: { Type: 'AWS::SecretsManager::Secret' },
  ...lambda('Inspector', 'inspector', {
    Timeout: 7,
    Environment: {
      Variables: {
        TABLE: { Ref: 'Table' },
        QUEUE_URL: { Ref: 'Queue' },
        SECRET_ARN: { Ref: 'Generated' },
        PUBLIC_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
        PROVIDER_URL: 'https://provider.example',
      },
    },
  }),
  ...lambda('Bystander', 'inspector', { Environment: { Variables: { OTHER: 'x' } } }),
  ...httpApi('Inspector', ['GET /']),
};

const OPTIONS = { environment: { PROVIDER_URL: 'http://127.0.0.1:9' }, secrets: { Filled: { token: 't' } } };

describe('a function', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    process.env['OF_THE_USER'] = 'secret';
    fixture = await runFixture(RESOURCES, OPTIONS);
  });

  afterAll(() => fixture?.stop());

  const invoke = async () => (await (await fetch(fixture.stack.apiUrl)).json()) as Seen;

  it("has the template's environment, Lambda's, and nothing of the user's", async () => {
    const { environment } = await invoke();
    expect(environment).toMatchObject({
      TABLE: 'Fixture-Table',
      QUEUE_URL: fixture.queueUrl('Queue'),
      PUBLIC_URL: fixture.stack.apiUrl,
      PROVIDER_URL: 'http://127.0.0.1:9',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Fixture-Inspector',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_ENDPOINT_URL_SESV2: fixture.stack.endpoints.sesV2,
      AWS_ACCESS_KEY_ID: 'ASIALAPTOP0INSPECTOR',
    });
    for (const absent of ['OF_THE_USER', 'HOME', 'OTHER', 'VITEST']) {
      expect(environment).not.toHaveProperty(absent);
    }
  });

  it("has Lambda's context", async () => {
    const { context, remainingMs, cwd } = await invoke();
    expect(context).toMatchObject({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionName: 'Fixture-Inspector',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Fixture-Inspector',
    });
    expect(remainingMs).toBeGreaterThan(6_000);
    expect(remainingMs).toBeLessThanOrEqual(7_000);
    expect(cwd).toMatch(/stack-fixture\/inspector$/);
  });

  it('reuses its process, and starts no more than it may', async () => {
    const [first, second] = [await invoke(), await invoke()];
    expect(second).toMatchObject({ pid: first.pid, invocations: first.invocations + 1 });
    const all = await Promise.all(Array.from({ length: 20 }, invoke));
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(2);
    expect(fixture.stack.statistics()).toMatchObject({
      Inspector: { processes: 2, errors: 0 },
      Bystander: { processes: 0, invocations: 0, cpuMs: 0 },
    });
    expect(fixture.stack.statistics()['Inspector']?.peakRssMb).toBeGreaterThan(20);
    expect(fixture.stack.statistics()['Inspector']?.cpuMs).toBeGreaterThan(10);
  });

  it('is started anew after its process was killed', async () => {
    const { pid } = await invoke();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => fixture.stack.processes().map((process) => process.pid)).not.toContain(pid);
    expect((await invoke()).pid).not.toBe(pid);
  });

  it('leaves it to its parent what Ctrl-C ends', async () => {
    const { pid } = await invoke();
    process.kill(pid, 'SIGINT');
    process.kill(pid, 'SIGTERM');
    await sleep(50);
    expect(await invoke()).toMatchObject({ pid });
  });

  it('reaches tables, queues and secrets with real clients', async () => {
    const response = await fetch(`${fixture.stack.apiUrl}/?services=1`);
    expect(await response.json()).toStrictEqual({
      Item: { pk: { S: 'a' }, sk: { S: 'b' } },
      secret: expect.stringMatching(/^\{"for":"links","key":"[A-Za-z0-9]{43}"\}$/),
      sent: 'string',
    });
    expect(fixture.depth('Queue')).toStrictEqual({ ready: 0, inFlight: 0, delayed: 1 });
  });
});

it('keeps its tables when a client dies in the middle of a request', async () => {
  const fixture = await runFixture(RESOURCES, OPTIONS);
  try {
    const { hostname, port } = new URL(fixture.stack.endpoints.dynamoDb);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"half":');
    await sleep(50);
    socket.resetAndDestroy();
    await sleep(50);
    const response = await fetch(`${fixture.stack.apiUrl}/?services=1`);
    expect(response.status).toBe(200);
    expect(fixture.notes('dynalite')).toStrictEqual([]);
  } finally {
    await fixture.stop();
  }
});

describe('secrets', () => {
  let fixture: Fixture;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    fixture = await runFixture(RESOURCES, OPTIONS);
    client = new SecretsManagerClient({
      endpoint: fixture.stack.endpoints.secretsManager,
      region: 'us-east-1',
      credentials: ADMIN,
    });
  });

  afterAll(async () => {
    client?.destroy();
    await fixture?.stop();
  });

  it('are generated as the template says, or given', async () => {
    const generated = await fixture.stack.secret('Generated');
    expect(generated).toStrictEqual({ for: 'links', key: expect.stringMatching(/^[A-Za-z0-9]{43}$/) });
    expect(await fixture.stack.secret('Filled')).toStrictEqual({ token: 't' });
    const read = await client.send(new GetSecretValueCommand({ SecretId: 'Fixture-Generated' }));
    expect(JSON.parse(read.SecretString ?? '')).toStrictEqual(generated);
  });

  it("answer what they cannot with an error of the real client's", async () => {
    const absent = client.send(new GetSecretValueCommand({ SecretId: 'nobody' }));
    await expect(absent).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const empty = client.send(new GetSecretValueCommand({ SecretId: 'Fixture-Empty' }));
    await expect(empty).rejects.toThrow('AWSCURRENT');
    await expect(client.send(new ListSecretsCommand({}))).rejects.toThrow('GetSecretValue only');
  });
});

describe('generatePassword', () => {
  it.each([
    [{}, /^[!-~]{32}$/],
    [{ ExcludePunctuation: true, PasswordLength: 64 }, /^[A-Za-z0-9]{64}$/],
    [{ ExcludeLowercase: true, ExcludePunctuation: true, ExcludeNumbers: true }, /^[A-Z]{32}$/],
    [{ ExcludePunctuation: true, ExcludeCharacters: 'abcXYZ019' }, /^[d-zA-W2-8]{32}$/],
  ])('%o', (request, expected) => {
    expect(generatePassword(request)).toMatch(expected);
  });
});

describe('the end', () => {
  it('leaves no server and no process', async () => {
    const fixture = await runFixture(RESOURCES, OPTIONS);
    await fetch(fixture.stack.apiUrl);
    const pids = fixture.stack.processes().map(({ pid }) => pid);
    expect(pids).toHaveLength(1);
    await Promise.all([fixture.stack.stop(), fixture.stop()]);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    for (const url of [fixture.stack.apiUrl, ...Object.values(fixture.stack.endpoints)]) {
      await expect(fetch(url)).rejects.toThrow();
    }
    await expect
      .poll(() => process.getActiveResourcesInfo().filter((kind) => /TCPServer|Process/.test(kind)))
      .toStrictEqual([]);
  });

  it('comes for every process when the parent is killed', async () => {
    const parent = fork(new URL('./stack-fixture/parent.ts', import.meta.url), { execArgv: [] });
    // The parent sends nothing else.
    const [{ pids, tables }] = (await once(parent, 'message')) as [{ pids: number[]; tables: string }];
    expect(pids).toHaveLength(1);
    parent.kill('SIGKILL');
    for (const pid of pids) await expect.poll(() => isAlive(pid)).toBe(false);
    await expect
      .poll(() =>
        fetch(tables).then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down');
  });
});

/** A process that has ended and that nobody has waited for, as in a container without an init, is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self') || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
