/** The kinds of stores that Sluice knows. A new one is a folder with a scheme, and a line here. */
import type { Scheme, SourceOptions, SourceUrl } from './scheme.js';
import type { Source } from './source.js';
import { UPYUN } from './upyun/scheme.js';

const SCHEMES: readonly Scheme[] = [UPYUN];

/** The one that is meant where nothing says otherwise. */
export const DEFAULT_SCHEME: Scheme = UPYUN;

/** `upyun://BUCKET[/prefix]`, and the forms of the other schemes, for help and messages. */
export const SOURCE_FORMS = SCHEMES.map(({ form }) => form).join(' or ');

/** Returns the parsed SOURCE, or what is wrong with it. Never repeats text that may hold a password. */
export function parseSource(text: string): SourceUrl | string {
  const [, name = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/s.exec(text) ?? [];
  const scheme = SCHEMES.find((one) => one.name === name);
  if (scheme === undefined) return `SOURCE has to be ${SOURCE_FORMS}`;
  const parsed = scheme.parse(rest);
  return typeof parsed === 'string' ? parsed : { scheme: name, ...parsed };
}

/** Sends nothing yet. `url` comes from {@link parseSource}. */
export function openSource(url: SourceUrl, options: SourceOptions): Source {
  const scheme = SCHEMES.find(({ name }) => name === url.scheme);
  if (scheme === undefined) throw new RangeError(`no scheme ${url.scheme}`);
  return scheme.open(url, options);
}
