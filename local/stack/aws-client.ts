import { Agent } from 'node:http';
import { ADMIN_ACCESS_KEY_ID } from './access/access-key.ts';
import { REGION } from './template/names.ts';

/** Nobody checks signatures, so any secret will do. */
export const SECRET_ACCESS_KEY = 'laptop';

/** The stack's own credentials, for every client that is not a function's: everything is allowed to them. */
export const ADMIN = { accessKeyId: ADMIN_ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY } as const;

/** Settings of an AWS client in the parent process: everything stated, nothing read from the user's profile. */
export function clientSettings(endpoint: string) {
  return {
    endpoint,
    region: REGION,
    credentials: ADMIN,
    // Every waiting event source holds a connection for its long poll.
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 512 }) },
  };
}
