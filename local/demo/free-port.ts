import { once } from 'node:events';
import { createServer } from 'node:net';

const USUAL_PORT = 8787;

/**
 * The port for the HTTP API: the one asked for, else 8787 if it is free, else 0, which lets the system choose.
 *
 * @throws when the port asked for is taken.
 */
export async function choosePort(asked: number | undefined): Promise<number> {
  if (await isFree(asked ?? USUAL_PORT)) return asked ?? USUAL_PORT;
  if (asked === undefined) return 0;
  throw new Error(`Expected port ${asked} to be free, got one that is in use`);
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
