/** Options whose value may be left out, such as `--dashboard`: the word behind one is its value, or SOURCE. */
import type { OptionRows } from '../../config/options/table.js';
import { kebab } from '../../model/options/option.js';

/** What such an option means without a value, as in its variable. */
const ALONE = 'true';

/** Writes a value to each of them that has none: the parser would take the next word, whatever it is. */
export function withOptionalValues(args: readonly string[], table: OptionRows): string[] {
  const end = args.indexOf('--');
  return args.map((arg, index) => {
    if (!arg.startsWith('--') || (end !== -1 && index >= end)) return arg;
    const isValue = Object.entries(table).find(([name]) => arg === `--${kebab(name)}`)?.[1].isOptionalValue;
    const next = index + 1 === end ? undefined : args[index + 1];
    return isValue === undefined || (next !== undefined && isValue(next)) ? arg : `${arg}=${ALONE}`;
  });
}
