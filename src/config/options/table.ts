/** The common options joined with those of the schemes, and with their texts: for the help, the README and the config file. */
import { kebab, type OptionRow, type OptionText } from '../../model/options/option.js';
import { SCHEMES, sourceForms } from '../../sources/registry.js';
import type { Scheme, SchemeOption } from '../../sources/scheme.js';
import { say } from '../../texts/say.js';
import { OPTIONS, type OptionName } from './common-options.js';

/** Name of the option → the option, with its texts in the language of the run. */
export type OptionRows = Readonly<Record<string, OptionRow>>;

/**
 * All options in the order of the help. An option that several schemes have is one row, with the text of each. Throws a
 * RangeError where a scheme does not fit: it has the name of a common option, or two schemes differ in whether it has a
 * value.
 */
export function optionTable(schemes: readonly Scheme[] = SCHEMES): OptionRows {
  const rows = Object.entries(OPTIONS).map(([name, spec]): [string, OptionRow] => [
    name,
    { ...spec, ...textOf(name as OptionName, schemes) },
  ]);
  const known = new Set(rows.map(([name]) => name));
  for (const scheme of schemes) {
    for (const [name, spec] of Object.entries(scheme.options)) {
      if (known.has(name)) throw new RangeError(`${scheme.name}: --${kebab(name)} is a common option`);
      const help = typeof spec.help === 'string' ? spec.help : spec.help();
      const text = { ...spec, help: schemes.length === 1 ? help : say.options.ofScheme(scheme.name, help) };
      const row = rows.find(([other]) => other === name);
      if (row !== undefined) row[1] = joined(name, row[1], text);
      else rows.splice(placeFor(spec, rows), 0, [name, text]);
    }
  }
  return Object.fromEntries(rows);
}

/** `--list-rate N`, as the README writes it. */
export function flagOf(name: string, { value, isOptionalValue }: Pick<OptionRow, 'value' | 'isOptionalValue'>): string {
  if (value === undefined) return `--${kebab(name)}`;
  return `--${kebab(name)} ${isOptionalValue === undefined ? value : `[${value}]`}`;
}

function textOf(name: OptionName, schemes: readonly Scheme[]): OptionText {
  const { common, defaults, managing } = say.options;
  // The types say that each option has its text.
  const texts: Record<Exclude<OptionName, 'from'>, string> = common;
  const others: Partial<Record<string, string>> = defaults;
  const of: Partial<Record<string, string>> = managing;
  const help = name === 'from' ? common.from(sourceForms(schemes)) : texts[name];
  return { help, defaultText: others[name], statusHelp: of[name] };
}

function placeFor({ after }: SchemeOption, rows: readonly [string, OptionRow][]): number {
  const before = rows.findIndex(([name]) => name === after);
  return before === -1 ? rows.length : before + 1;
}

function joined(name: string, one: OptionRow, other: OptionRow): OptionRow {
  if ((one.value === undefined) !== (other.value === undefined))
    throw new RangeError(`--${kebab(name)}: a switch of one scheme, and none of another`);
  const { default: _, ...rest } = one;
  return {
    ...rest,
    ...(one.default === other.default ? one.default && { default: one.default } : defaultsOf([one, other])),
    commands: [...new Set([...one.commands, ...other.commands])],
    help: `${one.help}\n${other.help}`,
  };
}

function defaultsOf(rows: readonly OptionRow[]): { defaultText: string } {
  const texts = rows.map((row) => row.default ?? row.defaultText ?? say.options.noDefault);
  return { defaultText: texts.reduce((one, other) => say.options.either(one, other)) };
}
