/** Reads a change of limits as the page sends it: JSON with some of the four limits, each a number, or null for none. */
import type { LimitsChange } from '../events/picture/watch.js';
import { say } from '../texts/say.js';

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

/** As the options of the same names. A slower line could not be told from one that hangs. */
const BOUNDS: Readonly<Record<keyof LimitsChange, Bounds>> = {
  bytesPerSecond: { min: 1024, max: Number.MAX_SAFE_INTEGER, isWhole: true },
  objectsPerSecond: { min: 0.001, max: 1_000_000, isWhole: false },
  listsPerSecond: { min: 0.001, max: 1_000_000, isWhole: false },
  concurrency: { min: 1, max: 4096, isWhole: true },
};

/** The change, or what is wrong with the text. */
export function readLimitsChange(text: string): LimitsChange | string {
  const { web } = say;
  const fields = parsed(text);
  if (fields === undefined) return web.noJsonObject;
  const entries = Object.entries(fields);
  if (entries.length === 0) return web.noLimits(Object.keys(BOUNDS));
  for (const [name, value] of entries) {
    if (!isLimit(name)) return web.unknownLimit(Object.keys(BOUNDS));
    const { min, max, isWhole } = BOUNDS[name];
    const isNumber = typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value));
    if (value !== null && !isNumber) return web.wrongLimit(name, { min, max, isWhole });
  }
  return fields as LimitsChange;
}

/** Whether a body says nothing, as that of `pause`: none, or `{}`. */
export function isEmptyBody(text: string): boolean {
  const fields = text.trim() === '' ? {} : parsed(text);
  return fields !== undefined && Object.keys(fields).length === 0;
}

function isLimit(name: string): name is keyof LimitsChange {
  return Object.hasOwn(BOUNDS, name);
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
