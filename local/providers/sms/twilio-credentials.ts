import { randomBytes } from 'node:crypto';

export interface TwilioCredentials {
  readonly accountSid: string;
  readonly apiKeySid: string;
  readonly apiKeySecret: string;
  readonly authToken: string;
  readonly messagingServiceSid: string;
}

/** New credentials in the shapes of real ones. */
export function createTwilioCredentials(): TwilioCredentials {
  const hex = (bytes: number) => randomBytes(bytes).toString('hex');
  return {
    accountSid: `AC${hex(16)}`,
    apiKeySid: `SK${hex(16)}`,
    apiKeySecret: hex(16),
    authToken: hex(16),
    messagingServiceSid: `MG${hex(16)}`,
  };
}
