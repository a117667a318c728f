/** How option values are written: each reader turns text into a value or says what it expected. */
import ms from 'ms';
import { z } from 'zod';
import { parseTimetable, type Timetable } from '../flow/timetable.js';
import type { Reserve } from '../volume/room.js';

/** Longest time that Node's timers can wait. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** Adds the one issue that a reader can have. The text itself is shown, cut: it is the user's own. */
function fail(context: z.RefinementCtx, expected: string, text: string): never {
  context.addIssue({ code: 'custom', message: `expected ${expected}, got ${JSON.stringify(text.slice(0, 100))}` });
  return z.NEVER;
}

/** A whole number within bounds. */
export function count(min: number, max: number) {
  return z.string().transform((text, context) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : fail(context, `a whole number from ${min} to ${max}`, text);
  });
}

/** `auto`, or what else is read. */
export function automatic<T>(schema: z.ZodType<T, string>) {
  return z.string().transform((text, context): T | 'auto' => {
    if (text === 'auto') return text;
    const read = schema.safeParse(text);
    if (read.success) return read.data;
    const message = read.error.issues[0]!.message.replace('expected ', 'expected auto or ');
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** `500ms`, `30s`, `2m`, `1h`; a bare number is seconds. → milliseconds */
export function duration() {
  return z.string().transform((text, context) => {
    const isBare = /^\d+(\.\d+)?$/.test(text);
    const isWritten = isBare || /^\d+(\.\d+)?\s*[a-z]+$/i.test(text);
    const value = isWritten ? ms((isBare ? `${text}s` : text) as ms.StringValue) : undefined;
    const isUsable = value !== undefined && value >= 1 && value <= MAX_DURATION_MS;
    return isUsable ? Math.round(value) : fail(context, 'a duration such as 500ms, 30s or 2m', text);
  });
}

const SIZE_FACTORS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `512k`, `64M`, `1G`, `1GiB`: powers of 1024, as disks' tools write them. → bytes */
export function size(min: number) {
  return z.string().transform((text, context) => {
    const value = toBytes(text);
    return value >= min && Number.isSafeInteger(value) ? value : fail(context, 'a size such as 512k, 64M or 1G', text);
  });
}

function toBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
  return match ? Math.round(Number(match[1]) * SIZE_FACTORS[match[2]!.toLowerCase()]!) : Number.NaN;
}

/** A number of requests each second; may be less than one. */
export function rate() {
  return z.string().transform((text, context) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= MIN_RATE && value <= MAX_RATE ? value : fail(context, 'a number of requests each second', text);
  });
}

/** One request in a quarter of an hour, and more than anyone has seen. */
const MIN_RATE = 0.001;
const MAX_RATE = 1_000_000;

/** Bytes each second, or one such rate for each time of the day or the week. */
export function timetable() {
  return z.string().transform((text, context): Timetable => {
    const bytesOf = (rate: string) => (toBytes(rate) >= MIN_BYTES_PER_SECOND ? toBytes(rate) : undefined);
    return (
      parseTimetable(text, bytesOf) ??
      fail(context, "a rate such as 10M, off, or '08:00,10M 23:00,off' (at least 1k)", text)
    );
  });
}

/** A slower line could not be told from one that hangs. */
const MIN_BYTES_PER_SECOND = 1024;

/** A size, or a share of the disk such as `2%`. */
export function reserve() {
  return z.string().transform((text, context): Reserve => {
    const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
    if (share && Number(share[1]) < 100) return { share: Number(share[1]) / 100 };
    const bytes = toBytes(text);
    return Number.isSafeInteger(bytes) ? { bytes } : fail(context, 'a size such as 1G, or a share such as 2%', text);
  });
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]) {
  return z.string().transform((text, context) => {
    const word = words.find((one) => one === text);
    return word ?? fail(context, words.join(' or '), text);
  });
}

/** One or more folders, each given with a flag of its own; in the environment one a line. */
export function folders() {
  const given = z.union([z.array(z.string()), z.string().transform((lines) => lines.split('\n').filter(Boolean))]);
  return given.refine((paths) => paths.length > 0 && paths.every((path) => path !== ''), 'expected a folder, got ""');
}

/** `http://host[:port]` or `https://host[:port]` → the origin. Never shows the text: it may hold a password. */
export function origin() {
  return z.string().transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.username || url?.password || text.includes('@')) {
      context.addIssue({ code: 'custom', message: 'a URL must not hold credentials; give them in the environment' });
      return z.NEVER;
    }
    const isOrigin = url?.pathname === '/' && url.search === '' && url.hash === '' && /^https?:$/.test(url.protocol);
    if (isOrigin) return url.origin;
    context.addIssue({ code: 'custom', message: 'expected http://host or https://host without a path' });
    return z.NEVER;
  });
}

/** `nats://host[:port]` or `tls://host[:port]`, several with commas. Never shows the text: it may hold a password. */
export function queueServers() {
  return z.string().transform((text, context) => {
    const problem = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const servers = text.split(',').map((server) => server.trim());
    if (text.includes('@'))
      return problem('a URL must not hold credentials; give --token-file, or --user and --password-file');
    const isServer = (server: string) => {
      const url = URL.canParse(server) ? new URL(server) : undefined;
      const isPlain = url !== undefined && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
      return isPlain && /^(nats|tls):$/.test(url.protocol) && url.hostname !== '';
    };
    return servers.every(isServer) ? servers.map(bareServer) : problem('expected nats://HOST:PORT or tls://HOST:PORT');
  });
}

function bareServer(server: string): string {
  const { protocol, hostname, port } = new URL(server);
  return `${protocol}//${hostname}:${port || 4222}`;
}

/** The name of a shared job, or of a machine in it: never a pattern. */
export function plainName() {
  return z
    .string()
    .transform((value, context) =>
      /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : fail(context, 'up to 64 letters, digits, - and _', value),
    );
}

/** Any text but the empty one. */
export function text(what: string) {
  return z.string().transform((value, context) => (value === '' ? fail(context, what, value) : value));
}

/** An image version: separator and name, as it is appended to a path. */
export function variant() {
  return z.string().transform((value, context) => {
    const isVariant = /^[!\-_][^\s?#\u0000-\u001f]+$/.test(value) && !value.includes('..') && value.isWellFormed();
    return isVariant ? value : fail(context, "an image version with its separator, such as '!s400'", value);
  });
}

/** True when given; in the environment `1`, `true`, `yes`, or `0`, `false`, `no`. */
export function flag() {
  return z.string().transform((value, context) => {
    if (/^(1|true|yes|on)$/i.test(value)) return true;
    if (/^(0|false|no|off|)$/i.test(value)) return false;
    return fail(context, 'true or false', value);
  });
}

/** One or more patterns, each given with a flag of its own; in the environment one a line. */
export function globs() {
  const given = z.union([z.array(z.string()), z.string().transform((lines) => lines.split('\n').filter(Boolean))]);
  return given.refine((patterns) => patterns.every((pattern) => pattern !== ''), 'expected a pattern, got ""');
}
