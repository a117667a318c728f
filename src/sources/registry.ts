/** The kinds of stores that Sluice knows. A new one is a folder with a scheme, and a line here. */
import type { Scheme, SourceUrl } from './scheme.js';
import { UPYUN } from './upyun/scheme.js';
import type { UpyunSettings } from './upyun/settings.js';

/** The first one is meant where nothing says otherwise. */
export const SCHEMES: readonly Scheme[] = [UPYUN];

/** What a program may say of a store, by the names of the options: the settings of each scheme. Only a type. */
export interface SchemeSettings extends UpyunSettings {}

/** `upyun://BUCKET[/prefix]`, and the forms of the other schemes, for help and messages. */
export function sourceForms(schemes: readonly Scheme[] = SCHEMES): string {
  return schemes.map(({ form }) => form).join(' or ');
}

/** The scheme that a text names, whatever follows. Undefined = none that is known. */
export function schemeOf(text: string | undefined, schemes: readonly Scheme[] = SCHEMES): Scheme | undefined {
  const name = /^([a-z][a-z0-9+.-]*):\/\//.exec(text ?? '')?.[1];
  return schemes.find((scheme) => scheme.name === name);
}

/** Returns the parsed SOURCE, or what is wrong with it. Never repeats text that may hold a password. */
export function parseSource(text: string, schemes: readonly Scheme[] = SCHEMES): SourceUrl | string {
  const scheme = schemeOf(text, schemes);
  if (scheme === undefined) return `SOURCE has to be ${sourceForms(schemes)}`;
  const { name } = scheme;
  const parsed = scheme.parse(text.slice(`${name}://`.length));
  return typeof parsed === 'string' ? parsed : { scheme: name, ...parsed };
}

/** The given options that only other schemes have, each with the schemes that have it: `toy:// and s3://`. */
export function foreignOptions(
  given: Readonly<Record<string, unknown>>,
  scheme: Scheme,
  schemes: readonly Scheme[] = SCHEMES,
): { name: string; owners: string }[] {
  return Object.keys(given).flatMap((name) => {
    if (given[name] === undefined || Object.hasOwn(scheme.options, name)) return [];
    const owners = schemes.filter(({ options }) => Object.hasOwn(options, name)).map((one) => `${one.name}://`);
    return owners.length === 0 ? [] : [{ name, owners: owners.join(' and ') }];
  });
}
