/** What is wrong with the options of a program, where types do not say it: JavaScript, or values that are out of range. */
import type { Scheme } from '../../sources/scheme.js';
import { say } from '../../texts/say.js';
import { problemText } from '../../texts/value-problem.js';

/** Option → minimum and maximum. Values are whole numbers, except rates. */
const NUMBERS: Readonly<Record<string, { least: number; most?: number; isRate?: boolean; isAuto?: boolean }>> = {
  concurrency: { least: 1, isAuto: true },
  listConcurrency: { least: 1, isAuto: true },
  maxConnections: { least: 1 },
  perHost: { least: 1 },
  maxHosts: { least: 1 },
  hostWaitMs: { least: 1, most: 2 ** 31 - 1 },
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
  isUntrusted: [true, false],
};

const TEXTS = ['failures', 'manifest', 'ca'];
const LISTS = ['include', 'exclude'];
const OTHERS = ['signal', 'reserve', 'proxyFor', 'credentials', 'onFailure'];

/** One sentence for each option that is unknown or wrong. Never shows the value of a secret. */
export function optionProblems(options: object, scheme: Scheme): { name: string; problem: string }[] {
  const known = new Set([
    ...Object.keys({ ...NUMBERS, ...CHOICES, ...scheme.options }),
    ...[...TEXTS, ...LISTS, ...OTHERS],
  ]);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.flatMap(([name, value]) => {
    const problem = known.has(name) ? problemOf(name, value, scheme) : say.jobs.api.unknown;
    return problem === undefined ? [] : [{ name, problem: say.jobs.api.about(name, problem) }];
  });
}

function problemOf(name: string, value: unknown, scheme: Scheme): string | undefined {
  const number = NUMBERS[name];
  if (number !== undefined) return numberProblem(value, number);
  const choices = CHOICES[name];
  if (choices !== undefined) return choices.includes(value) ? undefined : say.jobs.api.oneOf(choices);
  if (TEXTS.includes(name)) return typeof value === 'string' && value !== '' ? undefined : say.jobs.api.text;
  if (LISTS.includes(name)) {
    const isList = Array.isArray(value) && value.every((glob) => typeof glob === 'string');
    return isList ? undefined : say.jobs.api.globs;
  }
  if (name === 'signal') return isSignal(value) ? undefined : say.jobs.api.signal;
  if (name === 'proxyFor') return typeof value === 'function' ? undefined : say.jobs.api.function;
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
  return isRate ? say.jobs.api.rate : say.jobs.api.count(least);
}

function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}

function reserveProblem(value: unknown): string | undefined {
  const { bytes, share } = (value ?? {}) as { bytes?: unknown; share?: unknown };
  const isBytes = typeof bytes === 'number' && Number.isInteger(bytes) && bytes >= 0;
  const isShare = typeof share === 'number' && share >= 0 && share < 1;
  return isBytes || isShare ? undefined : say.jobs.api.reserve;
}

function credentialsProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return say.jobs.api.object;
  const isEmpty = Object.values(value).length === 0 || Object.values(value).some((one) => one === '');
  return isEmpty ? say.jobs.api.incomplete : undefined;
}

/** The scheme reads its own options as it does on the command line. */
function settingProblem(name: string, value: unknown, scheme: Scheme): string | undefined {
  const spec = scheme.options[name];
  if (spec === undefined) return undefined;
  if (spec.value === undefined) return typeof value === 'boolean' ? undefined : say.jobs.api.oneOf([true, false]);
  if (typeof value !== 'string') return say.jobs.api.text;
  const { problem } = spec.read(value);
  return problem && problemText(problem);
}
