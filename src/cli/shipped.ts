/**
 * Files of the package that are no code. This file has to lie two folders deep below `dist`: the build joins it into
 * `dist/bin/sluice/`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Language } from '../texts/say.js';

const PACKAGE = new URL('../../../package.json', import.meta.url);
/** Written by the build. */
const BUILD = new URL('../../build.json', import.meta.url);
const SCRIPTS = new URL('../../completion/', import.meta.url);
/** The files of the page that `--dashboard` shows. */
export const PAGE = new URL('../../src/web/page/', import.meta.url);
const TOPICS = new URL('../../topics/', import.meta.url);

export interface Build {
  version: string;
  /** Of git, in short. Undefined = it was not built from a checkout. */
  commit: string | undefined;
  /** The checkout had changes that were not committed. */
  isModified: boolean;
}

export function readBuild(): Build {
  const { version, gitHead } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string; gitHead?: string };
  const { commit = gitHead?.slice(0, 7), isModified = false } = readJson(BUILD);
  return { version, commit, isModified };
}

/** The oldest Node that Sluice runs on: `20.18.1`. */
export function leastNode(): string {
  const { engines } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { engines: { node: string } };
  return engines.node.replace(/^>=/, '');
}

/** What can be missing in a package that something else than `npm run build` has made. */
function readJson(file: URL): Partial<Build> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** The topics that `help` has: those of English are complete. */
export function topicNames(): string[] {
  return readdirSync(new URL('en/', TOPICS))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .sort();
}

/** A topic as Markdown, in English where the language has none. `name` is one of {@link topicNames}. */
export function readTopic(name: string, language: Language): string {
  try {
    return readFileSync(new URL(`${language}/${name}.md`, TOPICS), 'utf8');
  } catch (error) {
    if (language === 'en') throw error;
    return readTopic(name, 'en');
  }
}

/** What a shell reads so that it completes the command. */
export function readScript(shell: string): string {
  return readFileSync(new URL(`sluice.${shell}`, SCRIPTS), 'utf8');
}
