// The two tables of texts: complete, and each text in its own language.

import assert from 'node:assert/strict';
import test from 'node:test';
import { en as own } from '../../../src/texts/en/index.js';
import { page as englishPage } from '../../../src/texts/en/page/page.js';
import { languageOf } from '../../../src/texts/language.js';
import { say, speak } from '../../../src/texts/say.js';
import { zh as ownChinese } from '../../../src/texts/zh/index.js';
import { page as chinesePage } from '../../../src/texts/zh/page/page.js';

/** The page of the dashboard has a table of its own. */
const en = { ...own, page: englishPage };
const zh = { ...ownChinese, page: chinesePage };

type Text = string | ((...values: never[]) => unknown);

/** Every text of a table with its path: `progress.healthy`. */
function textsOf(table: object, way: readonly string[] = []): [string, Text][] {
  return Object.entries(table).flatMap(([name, value]): [string, Text][] =>
    typeof value === 'object' ? textsOf(value, [...way, name]) : [[[...way, name].join('.'), value]],
  );
}

/** What stays as it is in every language: codes, options, units, names. The rest of a text must be Chinese. */
const HAN = /\p{Script=Han}/u;

/** Texts without a word: a unit, a sign, a line of a command, the tag of a language, the name of a program. */
const WORDLESS = /^[^a-z]*$|^ *sluice [^\n]*$|^(?:en|Sluice|Node)$/;

test('both languages have the same texts', () => {
  assert.deepEqual(
    textsOf(zh).map(([path]) => path),
    textsOf(en).map(([path]) => path),
  );
});

test('each text is in its language, and takes the same number of values', () => {
  const others = new Map(textsOf(zh));
  for (const [path, text] of textsOf(en)) {
    const other = others.get(path)!;
    assert.equal(typeof other, typeof text, path);
    if (typeof text === 'string' && typeof other === 'string') {
      assert.doesNotMatch(text, HAN, path);
      if (!WORDLESS.test(text)) assert.match(other, HAN, path);
    } else {
      assert.doesNotMatch(String(text), HAN, path);
      assert.equal((other as () => unknown).length, (text as () => unknown).length, path);
    }
  }
});

test('the language is chosen by the first variable of the locale that is not empty', () => {
  assert.equal(languageOf({}), 'en');
  assert.equal(languageOf({ LANG: 'zh_CN.UTF-8' }), 'zh');
  assert.equal(languageOf({ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }), 'en');
  assert.equal(languageOf({ LANG: 'en_US.UTF-8', LC_ALL: '', LC_MESSAGES: 'zh_TW' }), 'zh');
  assert.equal(languageOf({ LANG: 'zhx' }), 'en');
});

test('what is said changes with the language', async () => {
  await speak('zh');
  assert.equal(say, ownChinese);
  await speak('en');
  assert.equal(say, own);
});
