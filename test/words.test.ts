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
  [/\banybody\b/i, 'name the actor: "every client"'],
  [/\bpresence\b/i, 'worker heartbeat, file check'],
  [/\bunretired\b|\bretire/i, 'commit a page, exclude a volume'],
  [/\bwithdraw/i, 'not taken, remove, subtract'],
  [/\bcomplaint/i, 'throttle scope'],
  [/patience/i, 'timeout'],
  [/\bFleet\b/, 'worker session, shared limits'],
  [/\bholders\b/i, 'machines with affinity'],
  [/\bmend(s|ing)?\b/i, 'fix'],
  [/\bgiven back to\b|givenBack/i, 'requeued, nacked'],
  [/SetAside/, 'dead letters'],
  [/\banew\b/i, 'again, new'],
  [/\beverybody\b|\beveryone\b/i, 'name the actor: "all machines", "each request"'],
  [/\b(is|are|be) none of ours\b/i, 'not written by Sluice'],
  [/\bto be had\b|\bcannot be had\b/i, 'available'],
  [/\bhence\b|\bthereby\b/i, 'so'],
  [/\bwithout a word\b/i, 'name what is missing: "its end was not recorded"'],
  [/\bspoke of\b/i, 'named, described'],
  [/\bsee to (its|their)\b/i, 'check'],
  [/\bnot heard of\b/i, 'sends no heartbeat'],
  [/\bReservedRoom\b|\broom that is set aside\b/i, 'reserved space'],
];

/** Names of code that must not come back in tests either: a test says what the code says. */
const NAMES: readonly [RegExp, string][] = [
  [/\bretire[sd]?\b|\bunretired\b/i, 'commit a page'],
  [/withdraw/i, 'not taken, remove, subtract'],
  [/patience/i, 'timeout'],
  [/\bFleet\b|openFleet/, 'worker session'],
  [/\bSetAside\b|\bReservedRoom\b|\bHeldPart/, 'dead letters, reserved space, batch'],
];

/** What is read by people: sources with their help and messages, and documents. (The code of test/ is checked for names only.) */
function documents(): string[] {
  const sources = ['src', 'pipelines'].flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[]).map((name) => join(folder, name)),
  );
  return [...sources.filter((path) => /\.(ts|md)$/.test(path)), 'README.md', 'test/README.md'];
}

function find(paths: readonly string[], words: readonly [RegExp, string][]): string[] {
  const found: string[] = [];
  for (const path of paths) {
    for (const [index, line] of readFileSync(join(ROOT, path), 'utf8').split('\n').entries()) {
      for (const [word, advice] of words) {
        if (word.test(line)) found.push(`${path}:${index + 1}: ${word.source} (say: ${advice})`);
      }
    }
  }
  return found;
}

test('no archaic or private words in sources, help, messages and documents', () => {
  assert.deepEqual(find(documents(), WORDS), []);
});

test('no names in tests that the code has no more', () => {
  const paths = (readdirSync(join(ROOT, 'test'), { recursive: true }) as string[])
    .filter((path) => path.endsWith('.ts') && path !== 'words.test.ts')
    .map((path) => join('test', path));
  assert.deepEqual(find(paths, NAMES), []);
});
