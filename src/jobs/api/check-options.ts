/** What is wrong with the options of a program, where types do not say it: JavaScript, or values that are out of range. */
import type { Scheme } from '../../sources/scheme.js';

/** Option → minimum and maximum. Values are whole numbers, except rates. */
const NUMBERS: Readonly<Record<string, { least: number; most?: number; isRate?: boolean; isAuto?: boolean }>> = {
  concurrency: { least: 1, isAuto: true },
  listConcurrency: { least: 1, isAuto: true },
  maxConnections: { least: 1 },
  pageSize: { least: 1 },
  retries: { least: 0 },
  // Node's timers wait no longer.
  timeoutMs: { least: 1, most: 2 ** 31 - 1 },
  stallMs: { least: 1, most: 2 ** 31 - 1 },
  limit: { least: 1 },
  bufferBytes: { least: 1024 * 1024 },
  bytesPerSecond: { least: 0, isRate: true },
  objectsPerSecond: { least: 0, isRate: true },
  listsPerSecond: { least: 0, isRate: true },
};

const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  durability: ['barrier', 'file', 'none'],
  names: ['escape', 'refuse'],
  isRestart: [true, false],
  isChecksum: [true, false],
  isExtra: [true, false],
};

const TEXTS = ['failures', 'manifest', 'ca'];
const LISTS = ['include', 'exclude'];
const OTHERS = ['signal', 'reserve', 'proxyFor', 'credentials', 'onFailure'];

/** One sentence for each option that is unknown or wrong. Never shows the value of a secret. */
export function optionProblems(options: object, scheme: Scheme): string[] {
  const known = new Set([
    ...Object.keys({ ...NUMBERS, ...CHOICES, ...scheme.options }),
    ...[...TEXTS, ...LISTS, ...OTHERS],
  ]);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.flatMap(([name, value]) => {
    const problem = known.has(name) ? problemOf(name, value, scheme) : 'there is no such option';
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

function problemOf(name: string, value: unknown, scheme: Scheme): string | undefined {
  const number = NUMBERS[name];
  if (number !== undefined) return numberProblem(value, number);
  const choices = CHOICES[name];
  if (choices !== undefined) return choices.includes(value) ? undefined : `expected ${choices.join(', ')}`;
  if (TEXTS.includes(name)) return typeof value === 'string' && value !== '' ? undefined : 'expected a text';
  if (LISTS.includes(name)) {
    const isList = Array.isArray(value) && value.every((glob) => typeof glob === 'string');
    return isList ? undefined : 'expected a list of globs';
  }
  if (name === 'signal') return isSignal(value) ? undefined : 'expected an AbortSignal (the signal of a controller)';
  if (name === 'proxyFor') return typeof value === 'function' ? undefined : 'expected a function';
  if (name === 'reserve') return reserveProblem(value);
  if (name === 'credentials') return credentialsProblem(value);
  return settingProblem(name, value, scheme);
}

function numberProblem(value: unknown, rule: (typeof NUMBERS)[string]): string | undefined {
  const { least, most = Number.MAX_SAFE_INTEGER, isRate, isAuto } = rule;
  if (isAuto && value === 'auto') return undefined;
  if (typeof value === 'number' && value <= most) {
    if (isRate ? value > least : Number.isInteger(value) && value >= least) return undefined;
  }
  return `expected ${isRate ? 'a number above 0' : `a whole number from ${least} on`}`;
}

function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}

function reserveProblem(value: unknown): string | undefined {
  const { bytes, share } = (value ?? {}) as { bytes?: unknown; share?: unknown };
  const isBytes = typeof bytes === 'number' && Number.isInteger(bytes) && bytes >= 0;
  const isShare = typeof share === 'number' && share >= 0 && share < 1;
  return isBytes || isShare ? undefined : 'expected { bytes } (a whole number) or { share } (0 to less than 1)';
}

function credentialsProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'expected an object';
  const isEmpty = Object.values(value).length === 0 || Object.values(value).some((one) => one === '');
  return isEmpty ? 'a part of it is missing' : undefined;
}

/** The scheme reads its own options as it does on the command line. */
function settingProblem(name: string, value: unknown, scheme: Scheme): string | undefined {
  const spec = scheme.options[name];
  if (spec === undefined) return undefined;
  return typeof value === 'string' ? spec.read(value).problem : 'expected a text';
}
