import { fork } from 'node:child_process';
import { once } from 'node:events';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Passage } from '../access/gate.ts';
import type { Principal } from '../access/statement.ts';
import { clientSettings } from '../aws-client.ts';
import { forwardLines } from '../lines.ts';
import type { EngineMessage, EngineStart } from './engine-messages.ts';

export interface TablesSettings {
  /** Who may call, and what each may do. */
  readonly principals: readonly Principal[];
  readonly onPassage: (passage: Passage) => void;
  readonly onLine: (line: string) => void;
}

export interface TablesEngine {
  /** Base address of DynamoDB. */
  readonly endpoint: string;
  create(tables: readonly CreateTableCommandInput[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts dynalite in a process of its own: it is the busiest part of the stack, and in the parent process it
 * would slow down the event sources and the provider stand-ins.
 */
export async function startTables({ principals, onPassage, onLine }: TablesSettings): Promise<TablesEngine> {
  const child = fork(new URL('./engine.ts', import.meta.url), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  forwardLines(child.stdout, onLine);
  forwardLines(child.stderr, onLine);
  const exited = once(child, 'exit');
  const listening = Promise.withResolvers<number>();
  child.on('message', (message) => {
    // Only the engine writes to this channel.
    const told = message as EngineMessage;
    if (told.kind === 'listening') listening.resolve(told.port);
    else onPassage(told.passage);
  });
  child.send({ principals } satisfies EngineStart);
  const port = await Promise.race([listening.promise, exited.then(() => undefined)]);
  if (port === undefined) throw new Error(`dynalite did not start: exit code ${child.exitCode}`);
  const endpoint = `http://127.0.0.1:${port}`;
  let stopping = false;
  child.once('exit', (code) => {
    if (!stopping) onLine(`dynalite ended with exit code ${code}: all tables are gone`);
  });

  return {
    endpoint,
    async create(tables) {
      const client = new DynamoDBClient(clientSettings(endpoint));
      try {
        // One after the other: dynalite refuses to create a table while another is being created.
        for (const table of tables) await client.send(new CreateTableCommand(table));
      } finally {
        client.destroy();
      }
    },
    async stop() {
      stopping = true;
      child.kill('SIGKILL');
      await exited;
    },
  };
}
