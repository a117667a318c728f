/**
 * What Sluice says to people, in the language of the run. `say.area.name(values)` gives the text at the time of the call:
 * never keep a text at module level, because the language is chosen after the modules have loaded.
 *
 * A text is a string, or a function of its values that returns one. Codes, names of options, fields of JSON and file
 * names are the same in every language.
 */
import { en } from './en/index.js';

export type Language = 'en' | 'zh';

/** Every language has the same texts with the same values: the type checks it. */
export type Texts = typeof en;

/** The texts of the language that {@link speak} has chosen. English until then, and for programs that import Sluice. */
export let say: Texts = en;

/** The language of {@link say}. */
export let spoken: Language = 'en';

/** Chooses the language of the process. A thread has its own modules, so it has to be told. */
export async function speak(language: Language): Promise<void> {
  // Most runs are in English, and need not load the other table.
  say = language === 'zh' ? (await import('./zh/index.js')).zh : en;
  spoken = language;
}
