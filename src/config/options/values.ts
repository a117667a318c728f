/** How option values are written: each reader turns text into a value or says what it expected. */
import ms from 'ms';
import { parseTimetable, type Timetable } from '../../pacing/limits/timetable.js';
import type { Reserve } from '../../sinks/disks/free-space.js';

/** Longest time that Node's timers can wait. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** As it stands on the command line, in the environment or in the config file; several texts where a flag may be repeated. */
export type Written = string | readonly string[];

/** The value, or what is wrong with the text. */
export type Reading<Value> = { readonly value: Value; readonly problem?: undefined } | Problem;

interface Problem {
  readonly problem: string;
}

/** Never throws. */
export type Reader<Value> = (written: Written) => Reading<Value>;

export type ValueOf<Read> = Read extends Reader<infer Value> ? Value : never;

/** A reader of a single text, from what gives the value or the problem. */
function reader<Value>(read: (text: string) => Value | Problem): Reader<Value> {
  return (written) => {
    if (typeof written !== 'string') return { problem: 'expected one text, got a list' };
    const result = read(written);
    return isProblem(result) ? result : { value: result };
  };
}

function isProblem(result: unknown): result is Problem {
  return typeof result === 'object' && result !== null && 'problem' in result;
}

/** The text itself is shown, cut: it is the user's own. */
function unlike(expected: string, text: string): Problem {
  return { problem: `expected ${expected}, got ${JSON.stringify(text.slice(0, 100))}` };
}

/** A whole number within bounds. */
export function count(min: number, max: number) {
  return reader((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : unlike(`a whole number from ${min} to ${max}`, text);
  });
}

/** `auto`, or what else is read. */
export function automatic<Value>(other: Reader<Value>) {
  return reader((text): Value | 'auto' | Problem => {
    if (text === 'auto') return text;
    const reading = other(text);
    if (reading.problem === undefined) return reading.value;
    return { problem: reading.problem.replace('expected ', 'expected auto or ') };
  });
}

/** `500ms`, `30s`, `2m`, `1h`; a bare number is seconds. → milliseconds */
export function duration() {
  return reader((text) => {
    const isBare = /^\d+(\.\d+)?$/.test(text);
    const isWritten = isBare || /^\d+(\.\d+)?\s*[a-z]+$/i.test(text);
    const value = isWritten ? ms((isBare ? `${text}s` : text) as ms.StringValue) : undefined;
    const isUsable = value !== undefined && value >= 1 && value <= MAX_DURATION_MS;
    return isUsable ? Math.round(value) : unlike('a duration such as 500ms, 30s or 2m', text);
  });
}

const SIZE_FACTORS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `512k`, `64M`, `1G`, `1GiB`: powers of 1024, as disks' tools write them. → bytes */
export function size(min: number) {
  return reader((text) => {
    const value = toBytes(text);
    return value >= min && Number.isSafeInteger(value) ? value : unlike('a size such as 512k, 64M or 1G', text);
  });
}

function toBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
  return match ? Math.round(Number(match[1]) * SIZE_FACTORS[match[2]!.toLowerCase()]!) : Number.NaN;
}

/** A number of requests each second; may be less than one. */
export function rate() {
  return reader((text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= MIN_RATE && value <= MAX_RATE ? value : unlike('a number of requests each second', text);
  });
}

/** One request in a quarter of an hour, and more than anyone has seen. */
const MIN_RATE = 0.001;
const MAX_RATE = 1_000_000;

/** Bytes each second, or one such rate for each time of the day or the week. */
export function timetable() {
  return reader((text): Timetable | Problem => {
    const bytesOf = (rate: string) => (toBytes(rate) >= MIN_BYTES_PER_SECOND ? toBytes(rate) : undefined);
    return (
      parseTimetable(text, bytesOf) ?? unlike("a rate such as 10M, off, or '08:00,10M 23:00,off' (at least 1k)", text)
    );
  });
}

/** A slower line could not be told from one that hangs. */
const MIN_BYTES_PER_SECOND = 1024;

/** A size, or a share of the disk such as `2%`. */
export function reserve() {
  return reader((text): Reserve | Problem => {
    const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
    if (share && Number(share[1]) < 100) return { share: Number(share[1]) / 100 };
    const bytes = toBytes(text);
    return Number.isSafeInteger(bytes) ? { bytes } : unlike('a size such as 1G, or a share such as 2%', text);
  });
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]) {
  return reader((text) => {
    const word = words.find((one) => one === text);
    return word ?? unlike(words.join(' or '), text);
  });
}

/** One or more folders, each given with a flag of its own; in the environment one a line. */
export function folders(): Reader<readonly string[]> {
  return (written) => {
    const paths = listOf(written);
    const areNamed = paths.length > 0 && paths.every((path) => path !== '');
    return areNamed ? { value: paths } : { problem: 'expected a folder, got ""' };
  };
}

function listOf(written: Written): readonly string[] {
  return typeof written === 'string' ? written.split('\n').filter(Boolean) : written;
}

/** `http://host[:port]` or `https://host[:port]` → the origin. Never shows the text: it may hold a password. */
export function origin() {
  return reader((text): string | Problem => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.username || url?.password || text.includes('@')) {
      return { problem: 'a URL must not hold credentials; give them in the environment' };
    }
    const isOrigin = url?.pathname === '/' && url.search === '' && url.hash === '' && /^https?:$/.test(url.protocol);
    return isOrigin ? url.origin : { problem: 'expected http://host or https://host without a path' };
  });
}

/** `nats://host[:port]` or `tls://host[:port]`, several with commas. Never shows the text: it may hold a password. */
export function queueServers() {
  return reader((text): string[] | Problem => {
    const servers = text.split(',').map((server) => server.trim());
    if (text.includes('@'))
      return { problem: 'a URL must not hold credentials; give --token-file, or --user and --password-file' };
    const isServer = (server: string) => {
      const url = URL.canParse(server) ? new URL(server) : undefined;
      const isPlain = url !== undefined && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
      return isPlain && /^(nats|tls):$/.test(url.protocol) && url.hostname !== '';
    };
    return servers.every(isServer)
      ? servers.map(bareServer)
      : { problem: 'expected nats://HOST:PORT or tls://HOST:PORT' };
  });
}

function bareServer(server: string): string {
  const { protocol, hostname, port } = new URL(server);
  return `${protocol}//${hostname}:${port || 4222}`;
}

/** The name of a shared job, or of a machine in it: never a pattern. */
export function plainName() {
  return reader((value) =>
    /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : unlike('up to 64 letters, digits, - and _', value),
  );
}

/** Any text but the empty one. */
export function text(what: string) {
  return reader((value) => (value === '' ? unlike(what, value) : value));
}

/** An image version: separator and name, as it is appended to a path. */
export function variant() {
  return reader((value) => {
    const isVariant = /^[!\-_][^\s?#\u0000-\u001f]+$/.test(value) && !value.includes('..') && value.isWellFormed();
    return isVariant ? value : unlike("an image version with its separator, such as '!s400'", value);
  });
}

/** True when given; in the environment `1`, `true`, `yes`, or `0`, `false`, `no`. */
export function flag() {
  return reader((value) => {
    if (/^(1|true|yes|on)$/i.test(value)) return true;
    if (/^(0|false|no|off|)$/i.test(value)) return false;
    return unlike('true or false', value);
  });
}

/** One or more patterns, each given with a flag of its own; in the environment one a line. */
export function globs(): Reader<readonly string[]> {
  return (written) => {
    const patterns = listOf(written);
    // An empty one would match nothing.
    return patterns.every((pattern) => pattern !== '')
      ? { value: patterns }
      : { problem: 'expected a pattern, got ""' };
  };
}
