import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { AddressHash, Subscriber } from '../../domain/subscriber.ts';
import type { Instant } from '../../domain/time.ts';

type Endpoint = Pick<Subscriber, 'page' | 'h' | 'secretVersions' | 'retiringSecret' | 'signsByKeyPair'>;

/** What signs the calls of an endpoint, the newest first; `secrets` is never empty. */
export interface SigningKeys {
  readonly secrets: readonly string[];
  readonly keyPairs: readonly KeyObject[];
}

export interface EndpointSecrets {
  /** Those that are live at this moment: the newest, and the one before it until it retires. */
  of(endpoint: Endpoint, now: Instant): SigningKeys;
  /** What is shown to the owner: `whsec_` and base64. */
  secretOf(endpoint: Endpoint): string;
  /** What anybody may know: `whpk_` and base64 of the Ed25519 key that verifies `v1a`. */
  publicKeyOf(endpoint: Endpoint): string;
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

/** What comes before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of one endpoint, derived as its secret is: `v1a` of Standard Webhooks, Ed25519. */
export function endpointKeyPair(masterKey: string, page: string, h: AddressHash, version: number): KeyObject {
  const seed = createHmac('sha256', masterKey).update(`ed25519|${page}|${h}|${version}`).digest();
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
}

export function createEndpointSecrets(masterKey: string): EndpointSecrets {
  const newest = ({ secretVersions = [] }: Endpoint) => secretVersions[0] ?? FIRST_SECRET_VERSION;

  return {
    of(endpoint, now) {
      const { page, h, retiringSecret: retiring, signsByKeyPair } = endpoint;
      const old = retiring !== undefined && retiring.until > now ? [retiring.version] : [];
      const versions = [newest(endpoint), ...old];
      return {
        secrets: versions.map((version) => endpointSecret(masterKey, page, h, version)),
        keyPairs: signsByKeyPair
          ? versions.map((version) => endpointKeyPair(masterKey, page, h, version))
          : [],
      };
    },
    secretOf: (endpoint) => endpointSecret(masterKey, endpoint.page, endpoint.h, newest(endpoint)),
    publicKeyOf(endpoint) {
      const pair = endpointKeyPair(masterKey, endpoint.page, endpoint.h, newest(endpoint));
      const { x = '' } = createPublicKey(pair).export({ format: 'jwk' });
      return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`;
    },
  };
}
