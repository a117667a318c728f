// The rules of the house, read from the sources: who may import whom, how long a file may be, and what nobody does.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import test from 'node:test';
import { FILES, importsOf, ROOT, TESTS } from './sources.js';

/** Lower never imports higher: lib ← texts ← model, errors ← pacing, journal, events ← http, sources, sinks, queue ← stages ← pipelines ← jobs ← web ← config ← cli. */
const TIERS: readonly (readonly string[])[] = [
  ['lib'],
  ['texts'],
  ['model', 'errors'],
  ['pacing', 'journal', 'events'],
  ['http'],
  ['sources', 'sinks', 'queue'],
  ['stages'],
  ['pipelines'],
  ['jobs'],
  ['index'],
  ['web'],
  ['config'],
  ['cli'],
];

/** Imports within one tier, between folders; each needs a reason. */
const SIDEWAYS: Record<string, string> = {
  'model → errors': 'a reject and a result carry the error that they are about',
  'queue → sources': 'deals out the pages that a shared listing asks for',
};

/** Imports between folders of lib: each of them could be a package of its own. */
const BETWEEN_LIBS: Record<string, string> = {
  'line-log → files': 'a line is written where reserved space makes room for it',
  'secrets → files': 'a file of secrets is read up to a limit',
};

/** What lib may say of the project: the name of its variable for tests. */
const OWN_NAMES_IN_LIB: Record<string, string> = {
  'src/lib/process/crash-point.ts': 'SLUICE_CRASH_POINT',
};

/** Stages meet only in pipelines/; what they share nevertheless, with the reason. */
const BETWEEN_STAGES: Record<string, string> = {
  'extra → findings': 'prints what it finds as the comparison does',
  'findings → compare': 'the type of what a comparison hands on',
  'fetch-by-origin → fetch': 'one attempt for one object is the same with many servers',
  'fetch → resume': 'a large body that breaks off goes on with another request',
  'write → fetch': 'the type of what fetch hands on',
};

/** Files that may keep something at module level, with the reason. */
const STATEFUL: Record<string, string> = {
  'src/texts/say.ts': 'the language of the process: passing it to each of hundreds of messages would say nothing more',
  'src/sinks/thread/volume-thread.ts': 'the entry point of a thread: its module is its instance',
};

const MAX_LINES = 250;
const MAX_FILES = 16;

/** `model/key` → model, `errors` → errors, `pipelines/list` → pipelines. */
function folderOf(path: string): string {
  const [top, next] = path.split('/') as [string, string];
  return top === 'pipelines' ? top : next.replace(/\.ts$/, '');
}

function tierOf(path: string): number {
  const tier = TIERS.findIndex((folders) => folders.includes(folderOf(path)));
  assert.notEqual(tier, -1, `${path} lies in a folder that the rule does not know`);
  return tier;
}

/** Every import between files of the project. */
const imports = () => importsOf(FILES);

const nameOf = (path: string) => posix.basename(path, '.ts');

test('finds the sources and their imports', () => {
  assert.ok(FILES.length > 50, `${FILES.length} files`);
  assert.ok(imports().length > 150, `${imports().length} imports`);
  const known = new Set(FILES.map(({ path }) => path));
  for (const { from, to } of imports()) assert.ok(known.has(to), `${from} imports ${to}, which is not there`);
});

test('lower never imports higher, and sideways only where there is a reason', () => {
  const used = new Set<string>();
  const broken: string[] = [];
  for (const { from, to } of imports()) {
    const sideways = `${folderOf(from)} → ${folderOf(to)}`;
    if (folderOf(from) === folderOf(to) || tierOf(to) < tierOf(from)) continue;
    if (tierOf(to) === tierOf(from) && sideways in SIDEWAYS) used.add(sideways);
    else broken.push(`${from} → ${to}`);
  }
  assert.deepEqual(broken, []);
  assert.deepEqual([...used].sort(), Object.keys(SIDEWAYS).sort(), 'an exception that nobody needs');
});

test('the folders of lib do not know each other, nor the project', () => {
  const libOf = (path: string) => path.split('/')[2]!;
  const between = imports()
    .filter(({ from, to }) => folderOf(from) === 'lib' && libOf(from) !== libOf(to))
    .map(({ from, to }) => `${libOf(from)} → ${libOf(to)}`);
  assert.deepEqual([...new Set(between)].sort(), Object.keys(BETWEEN_LIBS).sort());
  const knowing = FILES.filter(({ path, text }) => folderOf(path) === 'lib' && /sluice/i.test(text));
  for (const { path, text } of knowing) {
    const others = text.replaceAll(OWN_NAMES_IN_LIB[path] ?? /$^/g, '');
    assert.doesNotMatch(others, /sluice/i, `${path} speaks of the project`);
  }
  assert.deepEqual(knowing.map(({ path }) => path).sort(), Object.keys(OWN_NAMES_IN_LIB).sort());
});

test('stages meet only in pipelines', () => {
  const between = imports()
    .filter(({ from, to }) => folderOf(from) === 'stages' && folderOf(to) === 'stages')
    .map(({ from, to }) => `${nameOf(from)} → ${nameOf(to)}`);
  assert.deepEqual([...new Set(between)].sort(), Object.keys(BETWEEN_STAGES).sort());
});

test('a scheme never imports another scheme, and only the registry knows any', () => {
  const schemes = readdirSync(join(ROOT, 'src/sources'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'listing')
    .map(({ name }) => name);
  assert.ok(schemes.includes('upyun'));
  const adapterOf = (path: string) => schemes.find((scheme) => path.startsWith(`src/sources/${scheme}/`));
  for (const { from, to } of imports()) {
    const adapter = adapterOf(to);
    if (adapter === undefined || adapterOf(from) === adapter) continue;
    assert.equal(from, 'src/sources/registry.ts', `${from} → ${to}`);
  }
});

test('no two files import each other, directly or in a circle', () => {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports()) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    assert.ok(!way.includes(path), [...way, path].join(' → '));
    if (done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of FILES) visit(path, []);
});

test(`no file is longer than ${MAX_LINES} lines, and each says at its beginning what it is`, () => {
  for (const { path, text } of FILES) {
    const lines = text.split('\n').length - 1;
    assert.ok(lines <= MAX_LINES, `${path} has ${lines} lines`);
    assert.match(text.replace(/^#!.*\n/, ''), /^\/(\*\*|\/)/, `${path} has no header`);
  }
});

test(`no folder has more than ${MAX_FILES} files of its own`, () => {
  const counts = new Map<string, number>();
  for (const { path } of [...FILES, ...TESTS])
    counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > MAX_FILES),
    [],
  );
});

test('exports have names', () => {
  for (const { path, text } of FILES) assert.doesNotMatch(text, /^export default|\bas default\b/m, path);
});

test('only the cli ends the process', () => {
  const ending = FILES.filter(({ text }) => /\bprocess\.(exit|exitCode|abort)\b/.test(text));
  assert.ok(ending.length > 0);
  for (const { path } of ending) assert.equal(folderOf(path), 'cli', path);
});

test('no module keeps a state of its own', () => {
  const state =
    /^(?:export )?(?:let|var)\s|^(?:export )?const \w+[^=\n]*= (?:new (?:Weak)?(?:Map|Set)(?:<[^(]*>)?\(\)|\[\]|\{\});?$/m;
  // A table of texts is constant, even an empty one.
  const isTable = (path: string) => /^src\/texts\/\w+\//.test(path);
  const stateful = FILES.filter(({ path, text }) => state.test(text) && !isTable(path)).map(({ path }) => path);
  assert.deepEqual(stateful.filter((path) => folderOf(path) !== 'cli').sort(), Object.keys(STATEFUL).sort());
});

test('only the thread does file work synchronously on the way of an object', () => {
  const synchronous = /\b(?:read|write|open|stat|mkdir|rename|unlink)Sync\b/;
  for (const { path, text } of FILES) {
    if (['stages', 'pacing', 'http', 'sources', 'queue', 'pipelines'].includes(folderOf(path))) {
      assert.doesNotMatch(text, synchronous, path);
    }
  }
});
