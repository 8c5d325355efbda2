import { randomUUID } from 'node:crypto';
import { type Fault, type Faults, playFault } from '../faults.ts';
import {
  type Answer,
  type Call,
  type HttpEndpoint,
  json,
  type Reply,
  startHttpEndpoint,
} from '../http-endpoint.ts';
import type { createInterner } from '../intern.ts';
import type { RateLimit } from '../rate-limit.ts';
import type { Records } from '../records.ts';
import { parseBulkRequest, tagValue } from './bulk-request.ts';
import { sendBulkEmail } from './bulk-send.ts';
import { type SesEngine, startSesEngine } from './engine.ts';
import type { MailRoom } from './mail-room.ts';
import { SesRefusal, sesError } from './ses-error.ts';
import { suppression } from './suppression.ts';

export interface SesParts {
  readonly room: MailRoom;
  readonly records: Records;
  readonly faults: Faults;
  /** Recipients per second, as SES counts its quota. */
  readonly rate: RateLimit;
  readonly maxSendRate: number;
  /** Mails in 24 hours. Left out: as many as one likes. */
  readonly dailyMails?: number | undefined;
  readonly intern: ReturnType<typeof createInterner>;
}

const BULK_PATH = '/v2/email/outbound-bulk-emails';

/**
 * Amazon SES v2: aws-ses-v2-local renders and answers; this endpoint in front of it checks what the real SES
 * checks and the engine does not, records what was accepted, and plays scripted faults. Templates are the
 * engine's alone. What neither models is refused by name.
 */
export async function startSesStandIn(parts: SesParts): Promise<HttpEndpoint> {
  const engine = await startSesEngine();
  const endpoint = await startHttpEndpoint('SES', async (call) => {
    try {
      return await answer(call, engine, parts);
    } catch (error) {
      if (!(error instanceof SesRefusal)) throw error;
      parts.records.refuse({ channel: 'email', code: error.exception, reason: error.message });
      return sesError(error.exception, error.message);
    }
  });
  return {
    url: endpoint.url,
    async stop() {
      await endpoint.stop();
      await engine.stop();
    },
  };
}

async function answer(call: Call, engine: SesEngine, parts: SesParts): Promise<Answer> {
  if (!call.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=')) {
    throw new SesRefusal('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const operation = `${call.method} ${call.path}`;
  if (operation === `POST ${BULK_PATH}`) return bulk(call, engine, parts);
  if (operation === 'GET /v2/email/account') {
    const fault = parts.faults.take({ channel: 'email', operation: 'GetAccount', to: [], update: '' });
    return playFault(
      fault,
      () => account(parts),
      (each) => scripted(each, parts),
    );
  }
  if (call.path.startsWith('/v2/email/suppression/addresses')) return suppression(call, parts.room);
  if (call.path.startsWith('/v2/email/templates')) {
    const { status, body } = await engine.forward(call.method, call.target, call.body);
    return { status, headers: { 'content-type': 'application/json' }, body };
  }
  throw new SesRefusal('UnknownOperationException', `The SES stand-in does not model ${operation}`);
}

async function bulk(call: Call, engine: SesEngine, parts: SesParts): Promise<Answer> {
  const request = parseBulkRequest(call.body);
  const fault = parts.faults.take({
    channel: 'email',
    operation: 'SendBulkEmail',
    to: request.BulkEmailEntries.map((entry) => entry.Destination.ToAddresses[0]),
    update: tagValue(request.DefaultEmailTags, 'update_id'),
  });
  return playFault(
    fault,
    async () => {
      if (parts.rate.take('account', request.BulkEmailEntries.length) > 0) {
        throw new SesRefusal('TooManyRequestsException', 'Maximum sending rate exceeded.');
      }
      const results = await sendBulkEmail(request, fault, engine, parts);
      return json(200, { BulkEmailEntryResults: results }, { 'x-amzn-requestid': randomUUID() });
    },
    (each) => scripted(each, parts),
  );
}

function scripted(fault: Fault, { records }: SesParts): Reply {
  const code = String(fault.error ?? (fault.drop ? 'ECONNRESET' : 'InternalServiceErrorException'));
  const message = fault.message ?? 'scripted fault';
  records.refuse({ channel: 'email', code, reason: message, accepted: fault.processed === true });
  return sesError(code, message, fault.status);
}

/** GetAccount, answered here: the engine would read it from an environment variable of this process. */
function account({ records, maxSendRate, dailyMails = -1 }: SesParts): Reply {
  const sent = records.messages().filter((message) => message.channel === 'email').length;
  return json(200, {
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    SendQuota: { Max24HourSend: dailyMails, MaxSendRate: maxSendRate, SentLast24Hours: sent },
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
  });
}
