/** The kinds of stores that Sluice knows. A new one is a folder with a scheme, and a line here. */

import { nearest } from '../lib/text/nearest.js';
import { say } from '../texts/say.js';
import { S3 } from './s3/scheme.js';
import type { S3Settings } from './s3/settings.js';
import type { Scheme, SourceUrl } from './scheme.js';
import { UPYUN } from './upyun/scheme.js';
import type { UpyunSettings } from './upyun/settings.js';
import { LIST_OF_URLS, URL_LIST } from './urls/scheme.js';

/** What `fetch` reads where no SOURCE is named. */
export { LIST_OF_URLS, URL_LIST };

/** The first one is meant where nothing says otherwise. */
export const SCHEMES: readonly Scheme[] = [UPYUN, S3];

/** What a program may say of a store, by the names of the options: the settings of each scheme. Only a type. */
export interface SchemeSettings extends Omit<UpyunSettings, 'credentials'>, Omit<S3Settings, 'credentials'> {
  /** Of the scheme of the source: who asks. Never shown. @default what the environment says */
  credentials?: UpyunSettings['credentials'] | S3Settings['credentials'];
}

/** `upyun://BUCKET[/prefix]`, and the forms of the other schemes, for help and messages. */
export function sourceForms(schemes: readonly Scheme[] = SCHEMES): string {
  return schemes.map(({ form }) => form).join(' or ');
}

/** A source by its URL, as people call it: a list of URLs has no name of its own. */
export function titleOf(url: string): string {
  return url === URL_LIST.form ? say.urls.list : url;
}

/** The scheme that a text names, whatever follows. Undefined = none that is known. */
export function schemeOf(text: string | undefined, schemes: readonly Scheme[] = SCHEMES): Scheme | undefined {
  const name = /^([a-z][a-z0-9+.-]*):\/\//.exec(text ?? '')?.[1];
  return schemes.find((scheme) => scheme.name === name);
}

/** Returns the parsed SOURCE, or what is wrong with it. Never repeats text that may hold a password. */
export function parseSource(text: string, schemes: readonly Scheme[] = SCHEMES): SourceUrl | string {
  const scheme = schemeOf(text, schemes);
  if (scheme === undefined) {
    const problem = say.sources.form(schemes.map(({ form }) => form));
    return /^(?:https?|urls):/i.test(text) ? say.urls.noSource(problem) : withNearest(problem, text, schemes);
  }
  const { name } = scheme;
  const parsed = scheme.parse(text.slice(`${name}://`.length));
  return typeof parsed === 'string' ? parsed : { scheme: name, ...parsed };
}

/** Says which scheme was meant. */
function withNearest(problem: string, text: string, schemes: readonly Scheme[]): string {
  const [, written = ''] = /^([^:/]*):\/?\/?/.exec(text) ?? [];
  const meant = nearest(
    written,
    schemes.map(({ name }) => name),
  );
  return meant === undefined ? problem : say.help.wrong.didYouMean(problem, `${meant}://`);
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
