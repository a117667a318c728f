// Words that must not come back: the archaic ones, and those of a private language. See the glossary in src/README.md.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Word → what to say. */
const WORDS: readonly [RegExp, string][] = [
  [/\bwhoever\b/i, 'name the actor'],
  [/\bnobody\b/i, 'name the actor: "no machine", "not"'],
  [/\bsomebody\b/i, 'name the actor: "another machine", "a caller"'],
  [/\bwhatsoever\b/i, 'leave it out'],
  [/\bshall\b/i, 'must, or present tense'],
  [/\bfor want of\b/i, 'without'],
  [/\btold of\b/i, 'called with, notified'],
  [/\blest\b/i, 'so that … not'],
  [/\bin vain\b/i, 'without success'],
  [/\bplatter\b/i, 'durable, flushed'],
  [/\bbooks\b/i, 'stats, counts'],
  [/\bhopeless/i, 'exhausted'],
  [/\bfor peace\b/i, 'asks to slow down'],
  [/\bsurrender/i, 'requeue'],
  [/\bclimber\b/i, 'hill climbing'],
];

/** What is read by people: sources with their help and messages, and documents. (test/ is checked by its readers.) */
function documents(): string[] {
  const sources = ['src', 'pipelines'].flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[]).map((name) => join(folder, name)),
  );
  return [...sources.filter((path) => /\.(ts|md)$/.test(path)), 'README.md'];
}

test('no archaic or private words in sources, help, messages and documents', () => {
  const found: string[] = [];
  for (const path of documents()) {
    for (const [index, line] of readFileSync(join(ROOT, path), 'utf8').split('\n').entries()) {
      for (const [word, advice] of WORDS) {
        if (word.test(line)) found.push(`${path}:${index + 1}: ${word.source} (say: ${advice})`);
      }
    }
  }
  assert.deepEqual(found, []);
});
