/** How values of options are written. Each reader turns text into a value, or says what it expected. */
import ms = require('ms');

import { toBytes } from './sizes.js';

/** Longest time that Node's timers can wait. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** The text from the command line, the environment or the config file. Several texts when a flag may be repeated. */
export type Written = string | readonly string[];

/** The value, or the problem with the text. */
export type Reading<Value> = { readonly value: Value; readonly problem?: undefined } | Problem;

export interface Problem {
  readonly problem: ValueProblem;
}

/** A text of the reader's own, or what it expected: only the caller knows the language of the user. */
export type ValueProblem = string | Expected;

export type Expected = {
  /** At most 100 characters of the text. The text comes from the user. */
  readonly got?: string;
  /** `auto` is fine, too. */
  readonly isAutomatic?: boolean;
} & (
  | { readonly what: 'count'; readonly min: number; readonly max: number }
  | { readonly what: 'words'; readonly words: readonly string[] }
  | { readonly what: 'text'; readonly thing: string }
  | { readonly what: 'own'; readonly text: string }
  | { readonly what: 'duration' | 'size' | 'rate' | 'folder' | 'pattern' | 'name' | 'flag' }
  | { readonly what: 'single' | 'origin' | 'noCredentials' }
);

/** Never throws. */
export interface Reader<Value> {
  (written: Written): Reading<Value>;
  /** Words that it takes, if there are only these, or if these have a meaning of their own. */
  readonly words?: readonly string[];
}

export type ValueOf<Read> = Read extends Reader<infer Value> ? Value : never;

/** Makes a reader of a single text from a function that returns the value or the problem. */
export function reader<Value>(read: (text: string) => Value | Problem): Reader<Value> {
  return (written) => {
    if (typeof written !== 'string') return { problem: { what: 'single' } };
    const result = read(written);
    return isProblem(result) ? result : { value: result };
  };
}

function isProblem(result: unknown): result is Problem {
  return typeof result === 'object' && result !== null && 'problem' in result;
}

/** `expected`: in words, or one of {@link Expected}. */
export function unlike(expected: string | Expected, text: string): Problem {
  const what = typeof expected === 'string' ? { what: 'own' as const, text: expected } : expected;
  return { problem: { ...what, got: text.slice(0, 100) } };
}

/** A whole number within bounds. */
export function count(min: number, max: number) {
  return reader((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : unlike({ what: 'count', min, max }, text);
  });
}

/** `auto`, or a value of the other reader. */
export function automatic<Value>(other: Reader<Value>) {
  const read = reader((text): Value | 'auto' | Problem => {
    if (text === 'auto') return text;
    const reading = other(text);
    if (reading.problem === undefined) return reading.value;
    return {
      problem: typeof reading.problem === 'string' ? reading.problem : { ...reading.problem, isAutomatic: true },
    };
  });
  return Object.assign(read, { words: ['auto'] });
}

/** `500ms`, `30s`, `2m`, `1h`; a bare number is seconds. → milliseconds */
export function duration() {
  return reader((text) => {
    const isBare = /^\d+(\.\d+)?$/.test(text);
    const isWritten = isBare || /^\d+(\.\d+)?\s*[a-z]+$/i.test(text);
    const value = isWritten ? ms((isBare ? `${text}s` : text) as ms.StringValue) : undefined;
    const isUsable = value !== undefined && value >= 1 && value <= MAX_DURATION_MS;
    return isUsable ? Math.round(value) : unlike({ what: 'duration' }, text);
  });
}

/** `512k`, `64M`, `1G`, `1GiB`: powers of 1024, as disk tools write them. → bytes */
export function size(min: number) {
  return reader((text) => {
    const value = toBytes(text);
    return value >= min && Number.isSafeInteger(value) ? value : unlike({ what: 'size' }, text);
  });
}

/** Requests per second; may be less than one. */
export function rate() {
  return reader((text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= MIN_RATE && value <= MAX_RATE ? value : unlike({ what: 'rate' }, text);
  });
}

/** From one request in about a quarter of an hour to more than any server is known to answer. */
const MIN_RATE = 0.001;
const MAX_RATE = 1_000_000;

/** One of the given words. */
export function choice<const Word extends string>(words: readonly Word[]) {
  const read = reader((text) => {
    const word = words.find((one) => one === text);
    return word ?? unlike({ what: 'words', words }, text);
  });
  return Object.assign(read, { words });
}

/** One or more folders, each with its own flag. In the environment, one per line. */
export function folders(): Reader<readonly string[]> {
  return (written) => {
    const paths = listOf(written);
    const areNamed = paths.length > 0 && paths.every((path) => path !== '');
    return areNamed ? { value: paths } : unlike({ what: 'folder' }, '');
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
      return { problem: { what: 'noCredentials' } };
    }
    const isOrigin = url?.pathname === '/' && url.search === '' && url.hash === '' && /^https?:$/.test(url.protocol);
    return isOrigin ? url.origin : { problem: { what: 'origin' } };
  });
}

/** A name that fits everywhere. Never a pattern. */
export function plainName() {
  return reader((value) => (/^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : unlike({ what: 'name' }, value)));
}

/** Any text except the empty text. `thing` says what it is. */
export function text(thing: string) {
  return reader((value) => (value === '' ? unlike({ what: 'text', thing }, value) : value));
}

/** True when given. In the environment: `1`, `true`, `yes`, or `0`, `false`, `no`. */
export function flag() {
  return reader((value) => {
    if (/^(1|true|yes|on)$/i.test(value)) return true;
    if (/^(0|false|no|off|)$/i.test(value)) return false;
    return unlike({ what: 'flag' }, value);
  });
}

/** One or more patterns, each with its own flag. In the environment, one per line. */
export function globs(): Reader<readonly string[]> {
  return (written) => {
    const patterns = listOf(written);
    // An empty pattern would match nothing.
    return patterns.every((pattern) => pattern !== '') ? { value: patterns } : unlike({ what: 'pattern' }, '');
  };
}
