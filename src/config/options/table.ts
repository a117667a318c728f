/** The common options joined with those of the schemes: for the help, the README and the config file. */
import { kebab, type OptionSpec, type OptionTable } from '../../model/options/option.js';
import { SCHEMES } from '../../sources/registry.js';
import type { Scheme, SchemeOption } from '../../sources/scheme.js';
import { commonOptions } from './common-options.js';

/**
 * All options in the order of the help. An option that several schemes have is one row, with the text of each. Throws a
 * RangeError where a scheme does not fit: it has the name of a common option, or two schemes differ in whether it has a
 * value.
 */
export function optionTable(schemes: readonly Scheme[] = SCHEMES): OptionTable {
  const common = Object.entries(commonOptions(schemes));
  const rows = common.map(([name, spec]): [string, OptionSpec] => [name, spec]);
  const known = new Set(rows.map(([name]) => name));
  for (const scheme of schemes) {
    for (const [name, spec] of Object.entries(scheme.options)) {
      if (known.has(name)) throw new RangeError(`${scheme.name}: --${kebab(name)} is a common option`);
      const text = { ...spec, help: schemes.length === 1 ? spec.help : `with ${scheme.name}://: ${spec.help}` };
      const row = rows.find(([other]) => other === name);
      if (row !== undefined) row[1] = joined(name, row[1], text);
      else rows.splice(placeFor(spec, rows), 0, [name, text]);
    }
  }
  return Object.fromEntries(rows);
}

function placeFor({ after }: SchemeOption, rows: readonly [string, OptionSpec][]): number {
  const before = rows.findIndex(([name]) => name === after);
  return before === -1 ? rows.length : before + 1;
}

function joined(name: string, one: OptionSpec, other: OptionSpec): OptionSpec {
  if ((one.value === undefined) !== (other.value === undefined))
    throw new RangeError(`--${kebab(name)}: a switch of one scheme, and none of another`);
  const defaults = [one, other].map((spec) => spec.default ?? spec.defaultText);
  const { default: _, ...rest } = one;
  return {
    ...rest,
    ...(one.default === other.default ? one.default && { default: one.default } : defaultsOf(defaults)),
    commands: [...new Set([...one.commands, ...other.commands])],
    help: `${one.help}; ${other.help}`,
  };
}

function defaultsOf(texts: readonly (string | undefined)[]): { defaultText: string } {
  return { defaultText: texts.map((text) => text ?? 'none').join(' or ') };
}
