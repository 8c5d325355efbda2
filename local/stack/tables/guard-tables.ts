import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { ADMIN_ACCESS_KEY_ID, readAccessKeyId } from '../access/access-key.ts';
import type { Gate, Refusal } from '../access/gate.ts';
import { parseBody } from '../access/parse-body.ts';
import type { Need } from '../access/statement.ts';
import { tableNeeds } from './needs.ts';

/** Puts the gate before dynalite's own listener, in its process: another hop would cost more than the check. */
export function guardTables(server: Server, gate: Gate): void {
  // An HTTP server's listeners for requests have this type.
  const [answer] = server.listeners('request') as RequestListener[];
  if (answer === undefined) throw new Error('Expected dynalite to listen for requests');
  server.removeAllListeners('request');

  server.on('request', (request, response) => {
    const accessKeyId = readAccessKeyId(request.headers.authorization);
    // What is not signed dynalite refuses by itself.
    if (accessKeyId === undefined || accessKeyId === ADMIN_ACCESS_KEY_ID) {
      answer(request, response);
      return;
    }
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.once('end', () => {
      const body = Buffer.concat(parts);
      const refusal = gate.check(accessKeyId, () => needsOf(request, body));
      if (refusal !== undefined) return refuse(response, refusal);
      request.removeAllListeners();
      answer(request, response);
      // dynalite listens for these two events, which have been: it gets them again.
      request.emit('data', body);
      request.emit('end');
    });
  });
}

function needsOf(request: IncomingMessage, body: Buffer): readonly Need[] {
  const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  return tableNeeds(operation, parseBody(body));
}

/** Source: DynamoDB developer guide, `Programming.Errors`. */
function refuse(response: ServerResponse, { kind, message }: Refusal): void {
  const type =
    kind === 'accessDenied'
      ? 'com.amazon.coral.service#AccessDeniedException'
      : 'com.amazon.coral.service#UnrecognizedClientException';
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: type, message }));
}
