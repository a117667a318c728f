/** How values of options are written. Each reader turns text into a value, or says what it expected. */
import ms = require('ms');

/** Longest time that Node's timers can wait. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** The text from the command line, the environment or the config file. Several texts when a flag may be repeated. */
export type Written = string | readonly string[];

/** The value, or the problem with the text. */
export type Reading<Value> = { readonly value: Value; readonly problem?: undefined } | Problem;

export interface Problem {
  readonly problem: string;
}

/** Never throws. */
export type Reader<Value> = (written: Written) => Reading<Value>;

export type ValueOf<Read> = Read extends Reader<infer Value> ? Value : never;

/** Makes a reader of a single text from a function that returns the value or the problem. */
export function reader<Value>(read: (text: string) => Value | Problem): Reader<Value> {
  return (written) => {
    if (typeof written !== 'string') return { problem: 'expected one text, got a list' };
    const result = read(written);
    return isProblem(result) ? result : { value: result };
  };
}

function isProblem(result: unknown): result is Problem {
  return typeof result === 'object' && result !== null && 'problem' in result;
}

/** Shows at most 100 characters of the text. The text comes from the user. */
export function unlike(expected: string, text: string): Problem {
  return { problem: `expected ${expected}, got ${JSON.stringify(text.slice(0, 100))}` };
}

/** A whole number within bounds. */
export function count(min: number, max: number) {
  return reader((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : unlike(`a whole number from ${min} to ${max}`, text);
  });
}

/** `auto`, or a value of the other reader. */
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

/** `512k`, `64M`, `1G`, `1GiB`: powers of 1024, as disk tools write them. → bytes */
export function size(min: number) {
  return reader((text) => {
    const value = toBytes(text);
    return value >= min && Number.isSafeInteger(value) ? value : unlike('a size such as 512k, 64M or 1G', text);
  });
}

/** NaN if the text is no size. */
export function toBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
  return match ? Math.round(Number(match[1]) * SIZE_FACTORS[match[2]!.toLowerCase()]!) : Number.NaN;
}

/** Requests per second; may be less than one. */
export function rate() {
  return reader((text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= MIN_RATE && value <= MAX_RATE ? value : unlike('a number of requests each second', text);
  });
}

/** From one request in about a quarter of an hour to more than any server is known to answer. */
const MIN_RATE = 0.001;
const MAX_RATE = 1_000_000;

/** One of the given words. */
export function choice<const Word extends string>(words: readonly Word[]) {
  return reader((text) => {
    const word = words.find((one) => one === text);
    return word ?? unlike(words.join(' or '), text);
  });
}

/** One or more folders, each with its own flag. In the environment, one per line. */
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

/** A name that fits everywhere. Never a pattern. */
export function plainName() {
  return reader((value) =>
    /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : unlike('up to 64 letters, digits, - and _', value),
  );
}

/** Any text except the empty text. */
export function text(what: string) {
  return reader((value) => (value === '' ? unlike(what, value) : value));
}

/** True when given. In the environment: `1`, `true`, `yes`, or `0`, `false`, `no`. */
export function flag() {
  return reader((value) => {
    if (/^(1|true|yes|on)$/i.test(value)) return true;
    if (/^(0|false|no|off|)$/i.test(value)) return false;
    return unlike('true or false', value);
  });
}

/** One or more patterns, each with its own flag. In the environment, one per line. */
export function globs(): Reader<readonly string[]> {
  return (written) => {
    const patterns = listOf(written);
    // An empty pattern would match nothing.
    return patterns.every((pattern) => pattern !== '')
      ? { value: patterns }
      : { problem: 'expected a pattern, got ""' };
  };
}
