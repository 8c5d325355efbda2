import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';

/** Entry of the process that holds the tables. It tells its port to its parent and ends with it. */
const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
// Clients keep their connections: one that dynalite closed between two requests would cost a retry.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  // A server that listens on a host has an address with a port.
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit());
// Ctrl-C reaches every process of the terminal: when this one ends is for its parent to say.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
// dynalite throws when a client goes away in the middle of a request, as a killed function does.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'ECONNRESET') return;
  console.error(error);
  process.exit(1);
});
