import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on loopback and gives the port; `0` takes a free one. Rejects when the port is taken. */
export async function listen(server: Server, port: number): Promise<number> {
  // Clients keep their connections: one that was closed between two requests would cost a retry.
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a host has an address with a port.
  return (server.address() as AddressInfo).port;
}

/** Closes a server with all its connections. */
export async function stopServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
