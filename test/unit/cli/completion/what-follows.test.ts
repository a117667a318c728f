// What can follow on a command line, by the tables of commands, options, schemes and codes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { whatFollows } from '../../../../src/cli/completion/what-follows.js';
import { COMMANDS } from '../../../../src/config/options/commands.js';
import { optionTable } from '../../../../src/config/options/table.js';
import { ERROR_CODES } from '../../../../src/errors.js';
import { kebab } from '../../../../src/model/options/option.js';

const after = (line: string, profiles: Record<string, string[]> = {}) =>
  whatFollows(line.split(' '), (file) => profiles[file] ?? []);
const wordsAfter = (line: string, profiles?: Record<string, string[]>) =>
  after(line, profiles).words.map(([word]) => word);

test('first comes a command, and each says what it does', () => {
  assert.deepEqual(wordsAfter(''), [...Object.keys(COMMANDS), 'completion', 'help']);
  assert.ok(after('').words.every(([, help]) => help !== ''));
  assert.deepEqual(wordsAfter('ver'), ['verify']);
  assert.deepEqual(wordsAfter('-'), ['--help', '--version']);
  assert.deepEqual(wordsAfter('mirrow '), []);
});

test('each command has its own options; one that is given is not offered again, unless it can be repeated', () => {
  for (const command of Object.keys(COMMANDS)) {
    const own = Object.entries(optionTable()).filter(([, { commands }]) => commands.some((name) => name === command));
    assert.deepEqual(wordsAfter(`${command} --`), [...own.map(([name]) => `--${kebab(name)}`), '--help'], command);
  }
  const left = wordsAfter('mirror --limit 3 --to a --json --');
  assert.ok(!left.includes('--limit') && !left.includes('--json') && left.includes('--to'));
  assert.deepEqual(wordsAfter('mirror --limit=3 --lim'), []);
});

test('an option with a value is followed by its words, its profiles, files or folders', () => {
  assert.deepEqual(wordsAfter('mirror --durability '), ['barrier', 'file', 'none']);
  assert.deepEqual(wordsAfter('mirror --role=f'), ['--role=fetch']);
  assert.deepEqual(wordsAfter('status --lang '), ['en', 'zh']);
  assert.deepEqual(wordsAfter('mirror --concurrency '), ['auto']);
  assert.deepEqual(wordsAfter('mirror --limit '), []);
  assert.deepEqual(wordsAfter('mirror --json='), []);
  assert.deepEqual(wordsAfter('fetch --from up'), ['upyun://']);
  const profiles = { 'a.toml': ['slow', 'fast'] };
  assert.deepEqual(wordsAfter('list --config a.toml --profile f', profiles), ['fast']);
  assert.deepEqual(wordsAfter('list --config=a.toml --profile=', profiles), ['--profile=slow', '--profile=fast']);
  assert.deepEqual(after('mirror --to a/'), { kind: 'folders', kept: '', words: [] });
  assert.deepEqual(after('mirror --to=a/'), { kind: 'folders', kept: '--to=', words: [] });
  assert.equal(after('mirror --config ').kind, 'files');
});

test('a value that may be left out is not in the way of what else can follow', () => {
  assert.deepEqual(wordsAfter('list --dashboard up'), ['upyun://']);
  assert.deepEqual(wordsAfter('list --dashboard --metr'), ['--metrics']);
  assert.deepEqual(wordsAfter('list --dashboard 9000 up'), ['upyun://']);
  assert.deepEqual(wordsAfter('list --dashboard upyun://pics up'), []);
  assert.deepEqual(wordsAfter('list --dashboard='), []);
});

test('a SOURCE stands once, values of options do not count as one, and a code is a topic of help', () => {
  assert.deepEqual(wordsAfter('verify --to a '), ['upyun://', 's3://', '-']);
  assert.deepEqual(wordsAfter('list upyun://pics up'), []);
  assert.ok(wordsAfter('status ').includes('--to'), 'where nothing else can follow');
  assert.deepEqual(wordsAfter('help ERR_DIF'), ['ERR_DIFFERENT']);
  assert.ok(wordsAfter('help res').includes('resume'), 'a topic');
  assert.deepEqual(wordsAfter('help origin-d'), ['origin-down'], 'a notice');
  assert.equal(wordsAfter('help ERR_').length, Object.keys(ERROR_CODES).length);
  assert.deepEqual(wordsAfter('completion '), ['bash', 'zsh', 'fish']);
});

test('a profile that a shell would take for more than a word is not suggested', () => {
  const profiles = { f: ['night', 'x;$(touch y)', '\u001b[31m', 'two words', '-rf', 'a\tb', '夜间'] };
  assert.deepEqual(wordsAfter('list --config f --profile ', profiles), ['night', '夜间']);
});
