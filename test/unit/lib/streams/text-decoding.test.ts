// UTF-16 → UTF-8 in any chunks, with a mark or without; everything else comes out as it went in.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { LineSplitter } from '../../../../src/lib/streams/lines.js';
import { TextDecoding } from '../../../../src/lib/streams/text-decoding.js';
import { anyText } from '../../../support/texts.js';

function decoded(chunks: readonly Buffer[]): Buffer {
  const decoding = new TextDecoding();
  return Buffer.concat([...chunks.map((chunk) => decoding.push(chunk)), decoding.flush()]);
}

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
}

const places = fc.array(fc.nat(), { maxLength: 12 });

test('text with a mark is decoded, wherever its chunks end', () => {
  fc.assert(
    fc.property(anyText({ maxLength: 40 }), fc.boolean(), places, (text, isBigEndian, cuts) => {
      const bytes = decoded(cut(utf16(`\uFEFF${text}`, isBigEndian), cuts));
      if (text.isWellFormed()) assert.equal(bytes.toString(), `\uFEFF${text}`);
      // A half of a pair is no character: its line must not pass for another one.
      else assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    }),
    { numRuns: 2_000 },
  );
});

test('Latin text without a mark is decoded, too', () => {
  for (const isBigEndian of [false, true]) {
    for (const size of [1, 2, 3, 7, 8, 100]) {
      const bytes = utf16('2017/a.jpg\r\n中文 🦊.jpg\r\n', isBigEndian);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      assert.equal(decoded(chunks).toString(), '2017/a.jpg\r\n中文 🦊.jpg\r\n', `chunks of ${size}`);
    }
  }
});

test('anything else comes out as it went in', () => {
  const beginnings = [[0xff], [0xfe], [0xff, 0x41], [0xef, 0xbb, 0xbf], [0x61, 0x00, 0x62], [0x00, 0x00, 0x00], []];
  const bytes = fc
    .tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 20 }))
    .map(([beginning, rest]) => Buffer.from([...beginning, 0x61, 0x62, ...rest]));
  fc.assert(
    fc.property(bytes, places, (original, cuts) => {
      const isMarked = original.readUInt16BE(0) === 0xfffe || original.readUInt16BE(0) === 0xfeff;
      fc.pre(!isMarked);
      assert.ok(decoded(cut(original, cuts)).equals(original));
    }),
  );
  for (const text of ['', 'a', '\0', 'a\0', 'ab\0cd\0ef\0'])
    assert.equal(decoded([Buffer.from(text)]).toString(), text);
});

test('half a character at the end makes the last line a bad one, a stray line feed does not', () => {
  const problems = (bytes: Buffer) => {
    const splitter = new LineSplitter();
    return [...splitter.push(decoded([bytes])), ...splitter.flush()].map(({ text, problem }) => [
      text,
      problem !== undefined,
    ]);
  };
  const text = utf16('\uFEFFa\nb', false);
  assert.deepEqual(problems(Buffer.concat([text, Buffer.from([0x63])])), [
    ['a', false],
    ['b\ufffd', true],
  ]);
  assert.deepEqual(problems(Buffer.concat([text, Buffer.from('\n')])), [
    ['a', false],
    ['b', false],
  ]);
  assert.deepEqual(problems(utf16('\uFEFFa\ud800\nb', false)), [
    ['a\ufffd', true],
    ['b', false],
  ]);
});

test('a line is given as soon as its bytes are there', () => {
  const decoding = new TextDecoding();
  assert.equal(decoding.push(Buffer.from('a\n')).toString(), 'a\n');
  const wide = new TextDecoding();
  assert.equal(wide.push(utf16('a.jpg\n', false)).toString(), 'a.jpg\n');
});
