// The digest log, byte by byte: files of earlier versions have to stay readable.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { HashLog } from '../../../../src/lib/record-index/hash-log.js';
import { keyHash } from '../../../../src/lib/record-index/key-hash.js';
import { DigestLog } from '../../../../src/sinks/digests/digest-log.js';
import { mtimeSeconds, readDigestRecord } from '../../../../src/sinks/digests/digest-record.js';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { tempFolder } from '../../../support/disks/files.js';

const KEY = '2017/中 文/a😀.jpg';
const MTIME_MS = Date.parse('2017-09-03T13:10:06.999Z');

test('a record is the hash of the key, the MD5, the second and a CRC-32', (t) => {
  const path = join(tempFolder(t), 'digests');
  const log = new DigestLog(path);
  log.add(KEY, md5Hex('hello'), MTIME_MS);
  log.close();
  // From Python: struct.pack('<I', …), hashlib, zlib.crc32.
  assert.equal(readFileSync(path).toString('hex'), 'c04ce4949d5d49185d41402abc4b2a76b9719d911017c5922effab590835e378');
  assert.deepEqual(readDigestRecord(readFileSync(path)), {
    md5: md5Hex('hello'),
    mtimeSeconds: Math.floor(MTIME_MS / 1_000),
  });
});

test('seconds are whole, rounded down, and go round at 2^32', () => {
  const cases: [number, number][] = [
    [0, 0],
    [999.999, 0],
    [1_000, 1],
    [-1, 2 ** 32 - 1],
    [-1_000, 2 ** 32 - 1],
    [(2 ** 32 + 5) * 1_000, 5],
  ];
  for (const [ms, seconds] of cases) assert.equal(mtimeSeconds(ms), seconds, String(ms));
});

test('what is no MD5 is refused, and nothing of it is kept', (t) => {
  const path = join(tempFolder(t), 'digests');
  const log = new DigestLog(path);
  for (const wrong of ['', 'abc', `${md5Hex('x')}00`, `${md5Hex('x').slice(1)}-`, `"${md5Hex('x')}"`]) {
    assert.throws(() => log.add(KEY, wrong, 0), TypeError, wrong);
  }
  log.add(KEY, md5Hex('hello'), 0);
  log.sync();
  log.close();
  assert.equal(statSync(path).size, 32);
  assert.equal(readDigestRecord(readFileSync(path))?.md5, md5Hex('hello'));
});

test('a hash log is the hashes alone', (t) => {
  const path = join(tempFolder(t), 'hashes');
  const log = new HashLog(path);
  log.add(KEY);
  log.flush();
  log.add('b');
  log.close();
  assert.equal(readFileSync(path).toString('hex'), md5Hex(KEY).slice(0, 16) + md5Hex('b').slice(0, 16));
  assert.equal(keyHash(KEY).toString('hex'), md5Hex(KEY).slice(0, 16));
});
