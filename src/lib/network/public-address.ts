/** Whether an IP address is one of the public internet, by the registries of IANA for addresses with a special purpose. */
import { BlockList, isIP } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. */
const SPECIAL_V4 = [
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
  '224.0.0.0/3',
];

/** Only these are given out as global unicast (RFC 4291, 2.4). */
const GLOBAL_V6 = '2000::/3';

/** https://www.iana.org/assignments/iana-ipv6-special-registry, inside of them: also what leads to an IPv4 address. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

/** Returns a check for addresses as a socket or a DNS lookup gives them. */
export function publicAddressCheck(): (address: string) => boolean {
  const special = listOf(SPECIAL_V4, 'ipv4');
  const specialV6 = listOf(SPECIAL_V6, 'ipv6');
  const global = listOf([GLOBAL_V6], 'ipv6');
  return (address) => {
    const family = isIP(address);
    if (family === 4) return !special.check(address, 'ipv4');
    // An address with a zone is local.
    if (family !== 6 || address.includes('%')) return false;
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
    if (mapped !== undefined) return !special.check(mapped, 'ipv4');
    return global.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
  };
}

function listOf(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address, bits] = subnet.split('/');
    list.addSubnet(address!, Number(bits), family);
  }
  return list;
}
