import type { buildApp } from 'fauxqs';
import { ADMIN_ACCESS_KEY_ID, readAccessKeyId } from '../access/access-key.ts';
import type { Gate, Refusal } from '../access/gate.ts';
import { queueNeeds } from './needs.ts';
import { sentBodies } from './sent-bodies.ts';

const TARGET_PREFIX = 'AmazonSQS.';

/**
 * Puts the gate before fauxqs's handlers, once the body is read: it is parsed only once. `onSent` gets the body of each
 * message that a function sends; what AWS's services put into queues is theirs.
 */
export function guardQueues(
  app: ReturnType<typeof buildApp>,
  gate: Gate,
  onSent: (body: string) => void,
): void {
  app.addHook('preHandler', async (request, reply) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    // Its own pages of queues and health, which are no service of AWS's.
    if (!target.startsWith(TARGET_PREFIX)) return undefined;
    const operation = target.slice(TARGET_PREFIX.length);
    const input = Object(request.body);
    const caller = readAccessKeyId(request.headers.authorization);
    const refusal = gate.check(caller, () => queueNeeds(operation, input));
    if (refusal === undefined) {
      if (caller !== ADMIN_ACCESS_KEY_ID) for (const body of sentBodies(operation, input)) onSent(body);
      return undefined;
    }
    const { code, body } = refuse(refusal);
    return reply
      .code(403)
      .header('content-type', 'application/x-amz-json-1.0')
      .header('x-amzn-query-error', `${code};Sender`)
      .send(JSON.stringify(body));
  });
}

/** SQS tells an error twice: as JSON, and for clients of old in a header, which the SDK reads the name from. */
function refuse({ kind, message }: Refusal): { readonly code: string; readonly body: object } {
  const [code, exception] =
    kind === 'accessDenied'
      ? ['AccessDenied', 'AccessDeniedException']
      : ['InvalidClientTokenId', 'UnrecognizedClientException'];
  return { code, body: { __type: `com.amazon.coral.service#${exception}`, message } };
}
