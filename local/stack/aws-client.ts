import { Agent } from 'node:http';
import { REGION } from './template/names.ts';

/** What the emulators take: they check that a signature is there, not whose it is. */
export const CREDENTIALS = { accessKeyId: 'laptop', secretAccessKey: 'laptop' } as const;

/** Settings of an AWS client in the parent process: everything stated, nothing read from the user's profile. */
export function clientSettings(endpoint: string) {
  return {
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    // Every waiting event source holds a connection for its long poll.
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 512 }) },
  };
}
