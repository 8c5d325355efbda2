import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { Gate } from '../access/gate.ts';
import type { EngineMessage, EngineStart } from './engine-messages.ts';
import { guardTables } from './guard-tables.ts';

/**
 * Entry of the process that holds the tables. Told who may do what, it tells its port to its parent, then what
 * passes its gate. It ends with its parent.
 */
const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
const gate = new Gate((passage) => tell({ kind: 'passage', passage }));
guardTables(server, gate);
// Clients keep their connections: one that dynalite closed between two requests would cost a retry.
server.keepAliveTimeout = 0;

process.once('message', (message) => {
  // Only the parent writes to this channel, and it writes nothing else.
  gate.admit((message as EngineStart).principals);
  server.listen(0, '127.0.0.1', () => {
    // A server that listens on a host has an address with a port.
    tell({ kind: 'listening', port: (server.address() as AddressInfo).port });
  });
});

function tell(message: EngineMessage): void {
  process.send?.(message);
}

process.on('disconnect', () => process.exit());
// Ctrl-C reaches every process of the terminal: when this one ends is for its parent to say.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
// dynalite throws when a client goes away in the middle of a request, as a killed function does.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'ECONNRESET') return;
  console.error(error);
  process.exit(1);
});
