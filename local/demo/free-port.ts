import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where people look for it. */
export const USUAL_PORT = 8787;

/**
 * The port for the HTTP API: the one asked for, else 8787 if it is free, else 0, which lets the system choose.
 * Undefined: the one asked for is taken.
 */
export async function choosePort(asked: number | undefined): Promise<number | undefined> {
  if (await isFree(asked ?? USUAL_PORT)) return asked ?? USUAL_PORT;
  return asked === undefined ? 0 : undefined;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
