/** Where a server listens, as users write it: `host:port`, `:port` (all addresses), `[::1]:port`, a port, an IP address. */
import { isIP, isIPv4, isIPv6 } from 'node:net';

export interface ListenAddress {
  /** '' for all addresses of the machine. */
  readonly host: string;
  /** 0: the system chooses one. */
  readonly port: number;
}

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]*):(\d+)$/i;
const MAX_PORT = 65_535;
/** `0` and `1` alone are no ports: they say yes and no where a variable turns something on. */
const MIN_BARE_PORT = 2;

/** Whether a word is meant as an address, a wrong one included. */
export function looksLikeAddress(word: string): boolean {
  return /^\d+$/.test(word) || HOST_AND_PORT.test(word) || isHost(word);
}

/** Undefined if it is none. What the text leaves out is as in `standard`. */
export function parseAddress(text: string, standard: ListenAddress): ListenAddress | undefined {
  if (/^\d+$/.test(text)) {
    const port = Number(text);
    return port >= MIN_BARE_PORT && port <= MAX_PORT ? { host: standard.host, port } : undefined;
  }
  if (isHost(text)) return { host: bare(text), port: standard.port };
  const [, host, digits] = HOST_AND_PORT.exec(text) ?? [];
  if (host === undefined || Number(digits) > MAX_PORT) return undefined;
  if (host.startsWith('[') && !isIPv6(bare(host))) return undefined;
  // (`127.1` and `0x7f.1` are IP addresses for some programs, and names for others.)
  if (/^[\d.]+$/.test(host) && isIP(host) === 0) return undefined;
  return { host: bare(host), port: Number(digits) };
}

/** Whether only programs of this machine reach it, as far as the name says that. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host);
}

/** Whether an IP address leads to this machine itself. */
export function isLoopback(ip: string): boolean {
  const ip4 = ip.replace(/^::ffff:/i, '');
  return ip === '::1' || (isIPv4(ip4) && ip4.startsWith('127.'));
}

/** `127.0.0.1:8190`, `[::1]:8190`. */
export function addressText({ host, port }: ListenAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** Hosts that need no port: no folder and no SOURCE is called so. */
function isHost(text: string): boolean {
  return text === 'localhost' || isIP(bare(text)) !== 0;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
