import { z } from 'zod';
import { type Call, json, type Reply } from '../http-endpoint.ts';
import type { MailRoom } from './mail-room.ts';
import { SesRefusal, sesError } from './ses-error.ts';

const put = z.strictObject({ EmailAddress: z.string(), Reason: z.enum(['BOUNCE', 'COMPLAINT']) });

/** PutSuppressedDestination and DeleteSuppressedDestination. */
export function suppression({ method, path, body }: Call, room: MailRoom): Reply {
  if (method === 'PUT') {
    const { EmailAddress, Reason } = put.parse(JSON.parse(body.toString()));
    room.suppress(EmailAddress, Reason);
    return json(200, {});
  }
  if (method === 'DELETE') {
    const address = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
    if (room.release(address)) return json(200, {});
    // Asked of every address that is confirmed anew: no objection worth a line in the record.
    return sesError('NotFoundException', 'Email address does not exist on your suppression list.');
  }
  throw new SesRefusal('UnknownOperationException', `The SES stand-in does not model ${method} ${path}`);
}
