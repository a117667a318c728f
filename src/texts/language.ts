/** Which language the user reads. */
import type { Language } from './say.js';

/** `zh_CN.UTF-8`, `zh-Hans`, `zh` */
const CHINESE = /^zh\b|^zh_/i;

/** The language of the environment, by the rule of POSIX: the first of these variables that is not empty decides. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((text) => text !== undefined && text !== '') ?? '';
  return CHINESE.test(locale) ? 'zh' : 'en';
}
