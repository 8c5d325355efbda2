import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createEndpointSecrets } from '../../../shared/channels/webhook/endpoint-secrets.ts';
import { signedHeaders } from '../../../shared/channels/webhook/signed-headers.ts';
import { MINUTE } from '../../../shared/domain/time.ts';

/** What docs/webhooks.md tells receivers to do, done. */
const docs = readFileSync('docs/webhooks.md', 'utf8');
const snippet = (language: string) =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``).exec(docs)?.[1] ?? '';

const directory = mkdtempSync(join(tmpdir(), 'incident-fanout-snippets-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Case {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NOW = Date.now();
const keys = createEndpointSecrets('m'.repeat(43));
const endpoint = {
  page: 'batch',
  h: 'a'.repeat(24),
  secretVersions: [2],
  retiringSecret: { version: 1, until: NOW + 10 * MINUTE },
  signsByKeyPair: true,
} as const;
const { secrets } = keys.of(endpoint, NOW);
const body = Buffer.from('{"name":"Störung ✓"}');
const signed = (at = NOW) => signedHeaders(keys.of(endpoint, at), 'msg_1', body, at);
const [newest = '', retiring = ''] = secrets;

/** Whether each is genuine. `v1a` keys are for those who verify them. */
const CASES: Readonly<Record<string, readonly [Case, boolean]>> = {
  'the new secret': [{ key: newest, headers: signed(), body }, true],
  'the old secret, on its last day': [{ key: retiring, headers: signed(), body }, true],
  'another secret': [{ key: keys.secretOf({ ...endpoint, page: 'other' }), headers: signed(), body }, false],
  'another body': [{ key: newest, headers: signed(), body: Buffer.from('{}') }, false],
  'a call of six minutes ago': [{ key: newest, headers: signed(NOW - 6 * MINUTE), body }, false],
  'another id': [{ key: newest, headers: { ...signed(), 'webhook-id': 'msg_2' }, body }, false],
  'no signature': [{ key: newest, headers: { ...signed(), 'webhook-signature': '' }, body }, false],
  'no headers': [{ key: newest, headers: {}, body }, false],
};
const PUBLIC: typeof CASES = {
  'the public key': [{ key: keys.publicKeyOf(endpoint), headers: signed(), body }, true],
  'the public key of another': [
    { key: keys.publicKeyOf({ ...endpoint, page: 'other' }), headers: signed(), body },
    false,
  ],
};

type Verify = (key: string, headers: Readonly<Record<string, string>>, body: Buffer) => boolean;

describe('in TypeScript', async () => {
  const file = join(directory, 'verify.ts');
  writeFileSync(file, snippet('ts'));
  const { isGenuine } = (await import(file)) as { isGenuine: Verify }; // as the snippet says

  it.each(Object.entries({ ...CASES, ...PUBLIC }))('%s', (_, [{ key, headers, body }, genuine]) => {
    expect(isGenuine(key, headers, body)).toBe(genuine);
  });
});

const hasPython = spawnSync('python3', ['-c', 'str.removeprefix']).status === 0;
if (!hasPython) console.warn('No python3: the Python snippet of docs/webhooks.md is not run.');

it.skipIf(!hasPython)('in Python', () => {
  const cases = Object.values(CASES).map(([{ key, headers, body }]) => [
    key,
    headers,
    body.toString('base64'),
  ]);
  const script = `${snippet('python')}
import json, sys
print(json.dumps([is_genuine(key, headers, base64.b64decode(body)) for key, headers, body in json.load(sys.stdin)]))`;
  const answer = execFileSync('python3', ['-c', script], { input: JSON.stringify(cases) });
  expect(JSON.parse(answer.toString())).toEqual(Object.values(CASES).map(([, genuine]) => genuine));
});

const hasGo = spawnSync('go', ['version']).status === 0;
if (!hasGo) console.warn('No go: the Go snippet of docs/webhooks.md is not run.');

it.skipIf(!hasGo)('in Go', { timeout: 120_000 }, () => {
  const file = join(directory, 'main.go');
  writeFileSync(file, `${GO_BEFORE}${snippet('go')}${GO_AFTER}`);
  const cases = Object.values(CASES).map(([{ key, headers, body }]) => ({
    key,
    headers,
    body: body.toString('base64'),
  }));
  const env = { ...process.env, GOCACHE: join(directory, 'go-cache') };
  const answer = execFileSync('go', ['run', file], { input: JSON.stringify(cases), env });
  expect(JSON.parse(answer.toString())).toEqual(Object.values(CASES).map(([, genuine]) => genuine));
});

const GO_BEFORE = `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

`;

const GO_AFTER = `

func main() {
	var cases []struct {
		Key     string
		Headers map[string]string
		Body    []byte
	}
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	genuine := []bool{}
	for _, one := range cases {
		header := http.Header{}
		for name, value := range one.Headers {
			header.Set(name, value)
		}
		genuine = append(genuine, IsGenuine(one.Key, header, one.Body))
	}
	json.NewEncoder(os.Stdout).Encode(genuine)
}
`;
