import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** All addresses of a host name, as the system resolves it. */
export type ResolveAll = (host: string, options: LookupOptions) => Promise<readonly LookupAddress[]>;

/** A host name that points, with at least one of its addresses, where no webhook may go. Says no address. */
export class RefusedAddress extends Error {
  readonly code = 'REFUSED_ADDRESS';

  constructor() {
    super('The address of the webhook is not public');
    this.name = 'RefusedAddress';
  }
}

/**
 * A `lookup` for a socket: what was judged is what is dialled, so a name that answers differently the next time (DNS
 * rebinding) gains nothing. Refuses when any address is not public: a mixed answer is an attack or a mistake.
 *
 * Node asks with `all: true` (it tries IPv4 and IPv6) and then wants a list. It does not ask at all for literal addresses: who
 * builds the request checks those. (Measured: `test/channels/webhook`.)
 */
export function guardedLookup(resolveAll: ResolveAll): LookupFunction {
  return (host, options, done) => {
    resolveAll(host, options).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
          done(new RefusedAddress(), '', 0);
        } else if (options.all) {
          done(null, [...addresses]);
        } else {
          done(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => done(error, '', 0),
    );
  };
}
