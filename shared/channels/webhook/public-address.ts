import { BlockList, isIP } from 'node:net';

/**
 * Addresses where no webhook of a customer can live: IANA's special-purpose registries (2025-10-09) and what they miss.
 * `net.BlockList` judges IPv4-mapped addresses by the IPv4 rules; the other embeddings of IPv4 are listed.
 */
const REFUSED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** IPv6 is public only inside 2000::/3, less these. */
const GLOBAL_UNICAST = '2000::/3';
const REFUSED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const refusedV4 = blockList(REFUSED_V4, 'ipv4');
const refusedV6 = blockList(REFUSED_V6, 'ipv6');
const globalUnicast = blockList([GLOBAL_UNICAST], 'ipv6');

/**
 * Whether an address, written as an IP, is one that anybody on the internet can reach. False for what is no IP address.
 * IPv4-mapped IPv6 is refused as a whole: no resolver answers with it, and a guard need not be clever.
 */
export function isPublicAddress(address: string): boolean {
  const bare = address.split('%', 1)[0] ?? '';
  switch (isIP(bare)) {
    case 4:
      return !refusedV4.check(bare, 'ipv4');
    case 6:
      return globalUnicast.check(bare, 'ipv6') && !refusedV6.check(bare, 'ipv6');
    default:
      return false;
  }
}

function blockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
