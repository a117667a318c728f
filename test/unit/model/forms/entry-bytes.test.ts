// Lines as bytes are the same lines as text, whatever an entry holds.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { entryToLine, type ObjectEntry } from '../../../../src/model/entry.js';
import { EntryBytes } from '../../../../src/model/forms/entry-bytes.js';

const HOSTILE = [
  '"',
  '\\',
  '\u0000',
  '\n',
  '\u007f',
  '\u009b',
  '\u202e',
  '\ud800',
  '\ufeff',
  'é',
  '中',
  '😀',
  '/',
  '~',
  ' ',
];
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 40 }) },
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 30 })
    .map((all) => all.join('')),
);
const size = fc.oneof(fc.nat(), fc.constantFrom(0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 100e12));
const mtimeMs = fc.oneof(
  fc.nat({ max: 2_000_000_000 }).map((seconds) => seconds * 1_000),
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
  fc.double({ min: 0, max: 2e12, noNaN: true }),
  fc.constantFrom(0, 1, 999, 86_399_999, 86_400_000, 253_402_300_799_999, 253_402_300_800_000),
);
const entry: fc.Arbitrary<ObjectEntry> = fc.record(
  {
    key: text,
    size,
    mtimeMs,
    etag: text,
    isWrong: fc.constant(true),
    absence: fc.constantFrom('gone' as const, 'extra' as const),
    md5: fc.constant('d41d8cd98f00b204e9800998ecf8427e'),
    storageClass: fc.constantFrom('GLACIER', 'STANDARD_IA'),
  },
  { requiredKeys: ['key'] },
);
/** What nearly every listing has. */
const plain: fc.Arbitrary<ObjectEntry> = fc.record({ key: text, size, mtimeMs, etag: text });

test('the bytes of entries are their lines, in buffers that go round', () => {
  const lines = new EntryBytes();
  const some = fc.array(fc.oneof(entry, plain), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(some, fc.nat({ max: 50 }), (entries, more) => {
      for (const one of entries) lines.add(one);
      lines.addText('é'.repeat(more * 1_000));
      const taken = lines.take();
      const wanted = entries.map((one) => `${entryToLine(one)}\n`).join('') + 'é'.repeat(more * 1_000);
      assert.equal(taken.toString(), Buffer.from(wanted).toString());
      lines.free(taken);
    }),
    { numRuns: 2_000 },
  );
});

test('what was taken stays as it is until it is free', () => {
  const lines = new EntryBytes();
  const taken: [Buffer, string][] = [];
  for (let index = 0; index < 200; index++) {
    const one = { key: `${'k'.repeat((index * 997) % 5_000)}${index}`, size: index, mtimeMs: index * 1_000, etag: 'e' };
    lines.add(one);
    taken.push([lines.take(), `${entryToLine(one)}\n`]);
    if (index % 3 === 0) lines.free(taken.shift()![0]);
    for (const [bytes, line] of taken) assert.equal(bytes.toString(), line);
  }
});
