import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** `nobody`, whom PostgreSQL runs as where we are root: as root it refuses to. */
const NOBODY = 65_534;
const READY_WITHIN_MS = 10_000;

/**
 * A PostgreSQL of our own in a temporary directory, on loopback, with its defaults (so with `fsync`): undefined where none is
 * installed. It is stopped, and its directory removed, at the end.
 */
export async function startPostgres(): Promise<Postgres | undefined> {
  if (!isInstalled()) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'incident-fanout-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) chownSync(directory, NOBODY, NOBODY);
  chmodSync(directory, 0o700);
  const files = join(directory, 'files');
  execFileSync('initdb', ['-D', files, '-U', 'bench', '--auth=trust', '--encoding=UTF8', '--locale=C'], {
    ...user,
    cwd: directory,
    stdio: 'ignore',
  });
  const port = await freePort();
  const server = spawn(
    'postgres',
    ['-D', files, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', directory],
    { ...user, cwd: directory, stdio: 'ignore' },
  );
  // However the benchmark ends, but by SIGKILL.
  const end = () => {
    server.kill('SIGQUIT');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', end);
  await waitUntilReady(server, port, directory);
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    async stop() {
      process.off('exit', end);
      const exited = once(server, 'exit');
      // Fast shutdown: clients are cut off, nothing is left behind.
      server.kill('SIGINT');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function isInstalled(): boolean {
  try {
    for (const command of ['postgres', 'initdb']) execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function waitUntilReady(server: ChildProcess, port: number, cwd: string): Promise<void> {
  for (let waited = 0; waited < READY_WITHIN_MS; waited += 100) {
    if (server.exitCode !== null) break;
    try {
      execFileSync('pg_isready', ['-h', '127.0.0.1', '-p', String(port)], { cwd, stdio: 'ignore' });
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error(
    `Expected PostgreSQL to answer on port ${port}, got nothing (exit code ${server.exitCode})`,
  );
}

/** A port that was free a moment ago: PostgreSQL cannot choose one by itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('Expected a port, got none');
  return address.port;
}
