import { isIP } from 'node:net';

/** Whether private targets and plain http are let through. `allow` is for laptops: nothing else may use it. */
export type PrivateTargets = 'refuse' | 'allow';

/** Why an address cannot be a webhook. Each is a stable code for the API's problem. */
export type TargetFault =
  | 'notAUrl'
  | 'tooLong'
  | 'notHttps'
  | 'hasCredentials'
  | 'portNotAllowed'
  | 'literalAddress'
  | 'privateName'
  | 'ownHost';

export type Target =
  | { readonly kind: 'target'; readonly url: URL }
  | { readonly kind: 'refused'; readonly fault: TargetFault };

export interface TargetRules {
  readonly privateTargets: PrivateTargets;
  /** Hosts of this deployment: calling them would be a loop. */
  readonly ownHosts?: readonly string[];
}

const LONGEST_URL = 2_048;
const PORTS = new Set(['', '443', '8443']);

/** Names that only mean something inside a network, and the metadata services of clouds. */
const PRIVATE_SUFFIXES = [
  'localhost',
  'local',
  'internal',
  'localdomain',
  'home.arpa',
  'lan',
  'intranet',
  'corp',
];
const PRIVATE_NAMES = ['instance-data.ec2.internal', 'metadata.google.internal', 'metadata.amazonaws.com'];

/**
 * The one parse of a webhook address: at sign-up, and before every call. The URL that comes out is what is dialled; nobody
 * parses the text again (ASVS 1.5.3). Says nothing of where the name points: that is judged at the socket, each time.
 * (Source: OWASP, Server-Side Request Forgery Prevention Cheat Sheet.)
 */
export function parseTarget(address: string, { privateTargets, ownHosts = [] }: TargetRules): Target {
  const refused = (fault: TargetFault): Target => ({ kind: 'refused', fault });
  if (address.length > LONGEST_URL) return refused('tooLong');
  const url = URL.parse(address);
  if (url === null) return refused('notAUrl');
  // A trailing dot is the same host to DNS and another one to a list of names.
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  url.hash = '';
  const allow = privateTargets === 'allow';
  if (url.protocol !== 'https:' && !(allow && url.protocol === 'http:')) return refused('notHttps');
  if (url.username !== '' || url.password !== '') return refused('hasCredentials');
  if (allow) return { kind: 'target', url };

  if (!PORTS.has(url.port)) return refused('portNotAllowed');
  const host = url.hostname;
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return refused('literalAddress');
  if (!host.includes('.') || isPrivateName(host)) return refused('privateName');
  if (ownHosts.some((own) => host === own || host.endsWith(`.${own}`))) return refused('ownHost');
  return { kind: 'target', url };
}

function isPrivateName(host: string): boolean {
  return (
    PRIVATE_NAMES.includes(host) ||
    PRIVATE_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))
  );
}
