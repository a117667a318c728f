/** Values that have a meaning only here: rates by the time of day, a reserve, a wait without an end, addresses, and servers of a queue. */
import { type ListenAddress, parseAddress } from '../../lib/network/listen-address.js';
import { toBytes } from '../../lib/options/sizes.js';
import { duration, type Problem, reader, unlike } from '../../lib/options/values.js';
import { parseTimetable, type Timetable } from '../../pacing/limits/timetable.js';
import type { Reserve } from '../../sinks/disks/free-space.js';
import { say } from '../../texts/say.js';

/** Bytes per second, or one rate for each time of the day or the week. */
export function timetable() {
  return reader((text): Timetable | Problem => {
    const bytesOf = (rate: string) => (toBytes(rate) >= MIN_BYTES_PER_SECOND ? toBytes(rate) : undefined);
    return parseTimetable(text, bytesOf) ?? unlike(say.config.value.timetable, text);
  });
}

/** Sluice could not distinguish a slower line from one that hangs. */
const MIN_BYTES_PER_SECOND = 1024;

/** A size, or a share of the disk, for example `2%`. */
export function reserve() {
  return reader((text): Reserve | Problem => {
    const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
    if (share && Number(share[1]) < 100) return { share: Number(share[1]) / 100 };
    const bytes = toBytes(text);
    return Number.isSafeInteger(bytes) ? { bytes } : unlike(say.config.value.reserve, text);
  });
}

/** A duration, or `off`: without an end. → milliseconds */
export function durationOrOff() {
  const read = duration();
  const either = reader((text): number | Problem => {
    if (text.toLowerCase() === 'off') return Number.POSITIVE_INFINITY;
    const reading = read(text);
    return reading.problem === undefined ? reading.value : unlike(say.config.value.durationOrOff, text);
  });
  return Object.assign(either, { words: ['off'] });
}

/** `nats://host[:port]` or `tls://host[:port]`, several with commas. Never shows the text: it may hold a password. */
export function queueServers() {
  return reader((text): string[] | Problem => {
    const servers = text.split(',').map((server) => server.trim());
    if (text.includes('@')) return { problem: say.config.value.queueCredentials };
    const isServer = (server: string) => {
      const url = URL.canParse(server) ? new URL(server) : undefined;
      const isPlain = url !== undefined && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
      return isPlain && /^(nats|tls):$/.test(url.protocol) && url.hostname !== '';
    };
    return servers.every(isServer) ? servers.map(bareServer) : { problem: say.config.value.queue };
  });
}

function bareServer(server: string): string {
  const { protocol, hostname, port } = new URL(server);
  return `${protocol}//${hostname}:${port || 4222}`;
}

/** Where the dashboard listens, if nothing else is said. */
export const STANDARD_ADDRESS: ListenAddress = { host: '127.0.0.1', port: 8190 };

/** An address. True: the standard one; false: none, for a variable or a file. */
export function listenAddress() {
  return reader((text): ListenAddress | boolean | Problem => {
    if (/^(1|true|yes|on|)$/i.test(text)) return true;
    if (/^(false|no|off)$/i.test(text)) return false;
    return parseAddress(text, STANDARD_ADDRESS) ?? unlike(say.config.value.address, text);
  });
}
