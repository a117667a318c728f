// Holds the documents to the code: what they list, link, name and run.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { optionTable } from '../src/config/options/table.js';
import { displayWidth } from '../src/lib/text/width.js';
import { kebab } from '../src/model/options/option.js';
import type { HealthValues } from '../src/texts/en/progress.js';
import { say, speak } from '../src/texts/say.js';
import { EXAMPLES, generated, LANGUAGES, README, ROOT } from './readme.js';
import { tempFolder } from './support/disks/files.js';
import { codeBlocks } from './support/readme/examples.js';

const TOPICS = 'src/cli/topics';
const READMES = EXAMPLES.map(({ path }) => path);

/** Every document of the repository, by its path in it. */
function documents(): string[] {
  const below = ['src', 'test'].flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[]).map((name) => join(folder, name)),
  );
  return [...below.filter((path) => path.endsWith('.md')), ...READMES.map((path) => path.slice(ROOT.length))];
}

test('the topics list the options, failures and notices that the code has (npm run readme writes them)', async () => {
  for (const { text, wanted } of await generated()) assert.equal(text, wanted);
});

test('every relative link in the documents leads to a file', () => {
  const broken: string[] = [];
  assert.ok(documents().length > 5);
  for (const document of documents()) {
    // Code blocks have no links.
    const text = readFileSync(join(ROOT, document), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const path = link!.replace(/#.*$/, '');
      if (path === '' || /^\w+:/.test(path)) continue;
      if (!existsSync(join(ROOT, dirname(document), path))) broken.push(`${document}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('every option that a README or a topic names exists', () => {
  const known = new Set([...Object.keys(optionTable()).map(kebab), 'help', 'version', ...OF_OTHERS]);
  const unknown: string[] = [];
  for (const document of documents().filter((path) => path.startsWith(TOPICS) || READMES.includes(ROOT + path))) {
    for (const [, name] of readFileSync(join(ROOT, document), 'utf8').matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)) {
      if (!known.has(name!)) unknown.push(`${document}: --${name}`);
    }
  }
  assert.deepEqual(unknown, []);
});

/** Options of npm and systemd-run, and of the server for trying. */
const OF_OTHERS = ['global', 'package', 'silent', 'unit', 'bucket', 'images', 'port'];

test('a README has at most 200 lines, and every topic is in each language', () => {
  for (const path of READMES) assert.ok(readFileSync(path, 'utf8').split('\n').length <= 201, path);
  const [first, ...others] = LANGUAGES.map((language) => readdirSync(join(ROOT, TOPICS, language)).sort());
  for (const other of others) assert.deepEqual(other, first);
});

test('the screen says what the READMEs say that it does', async () => {
  for (const { path, language } of EXAMPLES) {
    await speak(language);
    const { healthWords, health } = say.progress;
    const screens = Object.values(healthWords).flatMap((word) =>
      Object.values(health).map((text) => word + text(HEALTH).replace(/\d[\d.,:]*/g, '#')),
    );
    const words = Object.values(healthWords);
    const quoted = [...readFileSync(path, 'utf8').matchAll(/^\| `([^`]+)`/gm)]
      .map(([, quote]) => quote!)
      .filter((quote) => words.some((word) => quote.startsWith(word)));
    assert.equal(quoted.length, 6, path);
    for (const quote of quoted) {
      const plain = quote.replace(/\d[\d.,:]*/g, '#');
      assert.ok(
        screens.some((screen) => screen.startsWith(plain)),
        `${path}: ${quote}`,
      );
    }
  }
  await speak('en');
});

const HEALTH: HealthValues = {
  of: undefined,
  answer: '429',
  secondsLeft: 12,
  secondsPast: 90,
  since: '02:14',
  requests: 3,
  directories: 3,
  perSecond: 10_000_000,
  isShared: false,
  volume: '/disk1',
  waiting: 3,
  hasOthers: false,
};

test('the READMEs have the same commands, and the topics the same code, in each language', () => {
  // Comments are for people, and in their language.
  const plain = (code: string) => code.replace(/ *#.*$/gm, '').replace(/\n+/g, '\n');
  const codeOf = (path: string) => codeBlocks(readFileSync(path, 'utf8'), '(?:sh|ini|toml|json|ts)').map(plain);
  const [english, chinese] = READMES.map(codeOf);
  assert.deepEqual(chinese, english);
  for (const topic of readdirSync(join(ROOT, TOPICS, 'en'))) {
    const [first, ...others] = LANGUAGES.map((language) => codeOf(join(ROOT, TOPICS, language, topic)));
    for (const other of others) assert.deepEqual(other, first, topic);
  }
});

test('the topics fit a terminal of 80 columns, code with the two blanks in front of it', () => {
  const wide: string[] = [];
  for (const path of documents().filter((name) => name.startsWith(TOPICS))) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    for (const line of codeBlocks(text, '\\w*').join('').split('\n')) {
      if (displayWidth(line) > 78) wide.push(`${path}: ${line}`);
    }
    // A reader of the source wants them, too; Chinese has no blanks to break a line at.
    const prose = path.includes('/en/') ? text.replace(/^<!-- (\w+)[\s\S]*^<!-- .\1.*$/gm, '').split('\n') : [];
    wide.push(...prose.filter((line) => displayWidth(line) > 80));
  }
  assert.deepEqual(wide, []);
});

test('systemd takes the unit of the README', { skip: skipWithoutSystemd() }, (t) => {
  const folder = tempFolder(t);
  const unit = join(folder, 'sluice.service');
  // The command is not installed where systemd looks.
  const text = codeBlocks(readFileSync(README, 'utf8'), 'ini')[0]!.replace(/^(Exec\w+=)sluice/gm, '$1/bin/true');
  writeFileSync(unit, text.replace('User=sluice', 'User=root'));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit]);
  assert.equal(
    stderr
      .toString()
      .split('\n')
      .filter((line) => line.includes(unit))
      .join('\n'),
    '',
  );
  assert.equal(status, 0, stderr.toString());
});

function skipWithoutSystemd(): string | false {
  return spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'no systemd-analyze';
}
