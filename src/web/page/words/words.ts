/** What the page says, in the language and the time zone of the viewer. */
import { page as english } from '../../../texts/en/page/page.js';
import { progress as englishProgress } from '../../../texts/en/progress.js';
import { summary as englishSummary } from '../../../texts/en/run/summary.js';
import { page as chinese } from '../../../texts/zh/page/page.js';
import { progress as chineseProgress } from '../../../texts/zh/progress.js';
import { summary as chineseSummary } from '../../../texts/zh/run/summary.js';
import { Times } from './times.js';

export type PageLanguage = 'en' | 'zh';

/** Their names in themselves. */
export const LANGUAGES: Readonly<Record<PageLanguage, string>> = { en: 'English', zh: '中文' };

export interface Words {
  readonly language: PageLanguage;
  /** For `lang` of the document. */
  readonly tag: string;
  readonly page: typeof english;
  /** The same words as on a terminal. */
  readonly progress: typeof englishProgress;
  readonly summary: typeof englishSummary;
  readonly times: Times;
}

/** `locales`: what the browser says. */
export function wordsIn(language: PageLanguage, locales: readonly string[], timeZone?: string): Words {
  const locale = locales.find((one) => one.toLowerCase().startsWith(language)) ?? language;
  const times = new Times(locale, timeZone);
  return language === 'zh'
    ? { language, tag: 'zh-CN', page: chinese, progress: chineseProgress, summary: chineseSummary, times }
    : { language, tag: 'en', page: english, progress: englishProgress, summary: englishSummary, times };
}

/** The first language of the viewer that the page speaks. */
export function languageFrom(locales: readonly string[]): PageLanguage {
  for (const locale of locales) {
    const language = locale.toLowerCase().slice(0, 2);
    if (language === 'zh' || language === 'en') return language;
  }
  return 'en';
}
