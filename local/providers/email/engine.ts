import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { getStoreReadonly } from 'aws-ses-v2-local/dist/store.js';

/** One mail as the engine rendered it. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** aws-ses-v2-local, running in this process. */
export interface SesEngine {
  /** Forwards a call as it is. */
  forward(method: string, target: string, body: Buffer): Promise<{ status: number; body: string }>;
  /**
   * The mail that the engine gave this id, taken out of its store: the engine keeps every mail for good, and
   * 100,000 rendered mails would fill the memory.
   */
  takeRendered(messageId: string, to: string): RenderedMail;
  stop(): Promise<void>;
}

// By require: Node and test runners disagree on what the default import of a CommonJS module is.
// Safe cast: the package's own types.
const engine = createRequire(import.meta.url)('aws-ses-v2-local') as typeof import('aws-ses-v2-local');

/** Taken out of the store, not yet asked for. One per process, because the engine has one store per process. */
const rendered = new Map<string, RenderedMail>();

/** Starts the engine on a free port. */
export async function startSesEngine(): Promise<SesEngine> {
  const server = await engine.default({ host: '127.0.0.1', port: 0 });
  // Safe: a server that listens on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  server.keepAliveTimeout = 0;
  const agent = new Agent({ keepAlive: true });

  return {
    async forward(method, target, body) {
      // The engine wants to see an AWS authorization; what the client sent was checked before.
      const headers = { 'content-type': 'application/json', authorization: 'AWS4-HMAC-SHA256' };
      const call = httpRequest({ host: '127.0.0.1', port, method, path: target, agent, headers });
      const answered = once(call, 'response');
      call.end(body);
      const [response] = await answered;
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      return { status: response.statusCode, body: Buffer.concat(chunks).toString() };
    },
    takeRendered(messageId, to) {
      const key = `${messageId} ${to}`;
      if (!rendered.has(key)) emptyStore();
      const mail = rendered.get(key);
      if (!mail) throw new Error(`Expected the email engine to hold ${messageId}, which it reported as sent`);
      rendered.delete(key);
      return mail;
    },
    async stop() {
      agent.destroy();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function emptyStore(): void {
  for (const mail of getStoreReadonly().emails.splice(0)) {
    const { subject, body, messageId, destination } = mail;
    const key = `${messageId} ${destination.to[0]}`;
    rendered.set(key, { subject, text: body.text ?? '', html: body.html ?? '' });
  }
}
