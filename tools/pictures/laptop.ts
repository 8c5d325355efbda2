import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A laptop stack after its replay, and the operator's way in. */
export interface Laptop extends AsyncDisposable {
  readonly url: string;
  /** Calls the HTTP API as the operator. Throws if the answer is no success. */
  operate(method: string, path: string, body: unknown): Promise<void>;
}

/** Runs `npm start` until it has printed address and key. It takes about a minute; disposing stops it. */
export async function startLaptop(subscribers: number): Promise<Laptop> {
  const child = spawn(process.execPath, ['local/start.ts', '--subscribers', String(subscribers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Partial<Record<string, string>> = {};
  for await (const line of createInterface(child.stdout)) {
    const [, name, value] = /^\s*(URL|KEY)=(\S+)$/.exec(line) ?? [];
    if (name) printed[name] = value;
    if (printed['URL'] && printed['KEY']) break;
  }
  child.stdout.resume();
  const { URL: url, KEY: key } = printed;
  if (!url || !key) throw new Error('Expected npm start to print URL and KEY, got its end');

  return {
    url,
    async operate(method, path, body) {
      const response = await fetch(`${url}/v1/pages/${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok)
        throw new Error(
          `Expected ${method} ${path} to succeed, got ${response.status} ${await response.text()}`,
        );
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close');
      child.kill('SIGINT');
      await ended;
    },
  };
}
