/** What the config says of the source: its scheme, what the options of the scheme say, and who asks. */
import { type CommandName, kebab } from '../model/options/option.js';
import { foreignOptions, LIST_OF_URLS, parseSource, schemeOf, sourceForms, URL_LIST } from '../sources/registry.js';
import type { Asked, Scheme, SourceFacts, SourceUrl } from '../sources/scheme.js';
import { say } from '../texts/say.js';
import { readTable, type ValuesInput } from './read-values.js';

export interface SourceInput extends ValuesInput {
  /** The SOURCE as the user writes it. Undefined = none is given. */
  named: string | undefined;
  schemes: readonly Scheme[];
}

export interface NamedSource {
  readonly source: SourceUrl;
  readonly scheme: Scheme;
}

/** Stands for no SOURCE. */
const NO_SOURCE: SourceUrl = { scheme: '', bucket: '', prefix: '' };

/**
 * Reads SOURCE. Without one that can be read, the first scheme is meant; a `fetch` without SOURCE reads URLs. Adds to
 * `problems`.
 */
export function readSource(
  { named, schemes }: Pick<SourceInput, 'named' | 'schemes'>,
  { command, isNeeded, problems }: { command?: CommandName; isNeeded: boolean; problems: string[] },
): NamedSource {
  if (command === 'fetch' && (named === URL_LIST.form || (named === undefined && isNeeded)))
    return { source: LIST_OF_URLS, scheme: URL_LIST };
  const scheme = schemeOf(named, schemes) ?? schemes[0]!;
  if (!isNeeded) return { source: NO_SOURCE, scheme };
  const source = named === undefined ? say.config.noSource(sourceForms(schemes)) : parseSource(named, schemes);
  if (typeof source !== 'string') return { source, scheme };
  problems.push(source);
  return { source: NO_SOURCE, scheme };
}

export interface SourceConfig {
  readonly sourceOptions: Readonly<Record<string, unknown>>;
  readonly credentials: unknown;
  readonly facts: SourceFacts;
}

/**
 * Reads the options of the scheme, and the credentials that the run needs. A flag of another scheme is a problem; in the
 * environment and the config file, which serve several commands, it means nothing here. Adds to `problems` and `warnings`;
 * neither shows a secret.
 */
export function readSourceOptions(
  scheme: Scheme,
  { named, schemes, ...input }: SourceInput,
  { asked, problems, warnings }: { asked: Asked; problems: string[]; warnings: string[] },
): SourceConfig {
  // With a SOURCE that cannot be read it is not known which options are foreign.
  const isKnown = named === undefined || schemeOf(named, schemes) !== undefined;
  for (const { name, owners } of isKnown ? foreignOptions(input.options, scheme, schemes) : []) {
    problems.push(say.config.foreign(`--${kebab(name)}`, owners, named === undefined ? undefined : scheme.name));
  }
  const sourceOptions = readTable(scheme.options, input, problems);
  const isNeeded = scheme.needsCredentials(sourceOptions, asked);
  const found = scheme.credentials({ values: sourceOptions, env: input.env, isNeeded });
  // Without a SOURCE that can be read it is not known whose credentials are needed.
  if (isKnown && named !== undefined) problems.push(...found.problems);
  warnings.push(...found.warnings);
  const source = named === undefined ? undefined : parseSource(named, schemes);
  const problem = typeof source === 'object' ? scheme.problem?.(source, sourceOptions, found.credentials) : undefined;
  if (problem !== undefined) problems.push(problem);
  return { sourceOptions, credentials: found.credentials, facts: scheme.facts(sourceOptions, found.credentials) };
}
