import { createHmac } from 'node:crypto';
import type { AddressHash, Subscriber } from '../../domain/subscriber.ts';

/** The secrets that sign the calls of an endpoint. */
export interface EndpointSecrets {
  /** One per live version, the newest first; never empty. */
  of(endpoint: Pick<Subscriber<'webhook'>, 'page' | 'h' | 'secretVersions'>): readonly string[];
}

/** The version that a new endpoint begins with. */
export const FIRST_SECRET_VERSION = 1;

/**
 * The signing secret of one endpoint: 32 bytes as `whsec_` and base64, as Standard Webhooks 1.0.0 asks (24 to 64 bytes, unique
 * per endpoint). Derived and stored nowhere: no table gives it away, and a new version is a new secret.
 */
export function endpointSecret(masterKey: string, page: string, h: AddressHash, version: number): string {
  const secret = createHmac('sha256', masterKey).update(`${page}|${h}|${version}`).digest('base64');
  return `whsec_${secret}`;
}

export function createEndpointSecrets(masterKey: string): EndpointSecrets {
  return {
    of: ({ page, h, secretVersions = [FIRST_SECRET_VERSION] }) => {
      const versions = secretVersions.length === 0 ? [FIRST_SECRET_VERSION] : secretVersions;
      return versions.map((version) => endpointSecret(masterKey, page, h, version));
    },
  };
}
