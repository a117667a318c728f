/** Chooses the language before anything is said: the help and the first problem need it. */
import { languageOf } from '../../texts/language.js';
import type { Language } from '../../texts/say.js';

/**
 * `--lang` wins over SLUICE_LANG, and both over the locale. Programs read what `--json` prints: it follows only the first
 * two. A wrong value is reported with the other problems of the command line.
 */
export function chooseLanguage(args: readonly string[], env: NodeJS.ProcessEnv, isJson: boolean): Language {
  const given = flagOf(args) ?? env.SLUICE_LANG;
  if (given === 'zh' || given === 'en') return given;
  return isJson ? 'en' : languageOf(env);
}

/** The last one counts, as for every option. */
function flagOf(args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return options.reduce<string | undefined>((before, arg, index) => {
    if (arg.startsWith('--lang=')) return arg.slice('--lang='.length);
    return arg === '--lang' ? options[index + 1] : before;
  }, undefined);
}
