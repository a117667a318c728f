// The notes of a list of URLs: what counts after a kill, after the machine was away, and after many runs.

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { KnownUrls } from '../../../src/journal/urls/known-urls.js';
import type { ObjectEntry } from '../../../src/model/entry.js';
import { UrlTarget } from '../../../src/model/urls/url-target.js';
import { tempFolder } from '../../support/disks/files.js';

function entry(name: string, origin = 'https://a.com'): ObjectEntry {
  return { key: `a.com/${name}`, target: new UrlTarget(origin, `/${name}`) };
}

function open(t: TestContext, path: string, { storage = 'boot 1' as string | undefined, isRestart = false } = {}) {
  const known = KnownUrls.open(path, { storage, isRestart });
  t.after(() => known.close());
  return known;
}

const VERSION = { size: 3, mtimeMs: 1_000, md5: 'aa', etag: 'W/"1"', lastModified: undefined };

test('a pass that was cut off goes on; after its end all is asked for again', (t) => {
  const path = join(tempFolder(t), 'urls');
  const first = open(t, path);
  first.stored(entry('a'), VERSION);
  assert.deepEqual(first.find(entry('a')), { ...VERSION, isOfPass: true });
  assert.equal(first.find(entry('b')), undefined);
  assert.equal(first.find(entry('a', 'https://b.com')), undefined);
  first.close();
  // A kill in the middle of a line.
  appendFileSync(path, '0123456789abcdef {"u":1,"s":2');
  const second = open(t, path);
  assert.equal(second.find(entry('a'))!.isOfPass, true);
  second.flushed({ isDone: true });
  second.close();
  const third = open(t, path);
  assert.equal(third.find(entry('a'))!.isOfPass, false);
  third.confirmed(entry('a'));
  assert.deepEqual(third.find(entry('a')), { ...VERSION, isOfPass: true });
  third.close();
  assert.equal(open(t, path, { isRestart: true }).find(entry('a'))!.isOfPass, false);
});

test('after the machine was away only what was flushed counts', (t) => {
  const path = join(tempFolder(t), 'urls');
  const first = open(t, path);
  first.stored(entry('flushed'), VERSION);
  first.flushed({ isDone: false });
  first.stored(entry('flushed'), { ...VERSION, size: 4 });
  first.stored(entry('lost'), VERSION);
  first.close();
  const same = open(t, path);
  assert.equal(same.find(entry('flushed'))!.size, 4);
  same.close();
  for (const storage of ['boot 2', undefined]) {
    const other = open(t, path, { storage });
    assert.equal(other.find(entry('flushed'))!.size, 3);
    assert.equal(other.find(entry('lost')), undefined);
    other.close();
  }
});

test('many runs do not make the file grow for ever, and damage costs single lines', (t) => {
  const path = join(tempFolder(t), 'urls');
  let before = 0;
  for (let run = 0; run < 12; run++) {
    const known = open(t, path);
    for (let index = 0; index < 2_000; index++) known.stored(entry(`${index}`), { ...VERSION, size: run });
    known.flushed({ isDone: run < 11 });
    known.close();
    before = Math.max(before, statSync(path).size);
  }
  const known = open(t, path);
  assert.ok(statSync(path).size < before, `${statSync(path).size} bytes`);
  for (let index = 0; index < 2_000; index++)
    assert.deepEqual([known.find(entry(`${index}`))?.size, known.find(entry(`${index}`))?.isOfPass], [11, true]);
  known.close();
  const text = readFileSync(path, 'latin1');
  appendFileSync(path, `${text.slice(0, 16)} nonsense\n${'x'.repeat(2_000)}\n`);
  const damaged = open(t, path);
  assert.equal(damaged.find(entry('1999'))!.size, 11);
});
