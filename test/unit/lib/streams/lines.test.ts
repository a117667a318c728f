// Bytes → lines: the cut of the chunks says nothing about the lines, and no line can fill the memory.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { LineSplitter, MAX_LINE_BYTES, type RawLine } from '../../../../src/lib/streams/lines.js';

function split(...chunks: (Buffer | string)[]): RawLine[] {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk))), ...splitter.flush()];
}

const texts = (lines: RawLine[]) => lines.map(({ text }) => text);

/** The bytes, cut at these places. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

/** Bytes of every kind, rich in what matters: line feeds, returns, a BOM, halves of characters. */
const piece = fc.oneof(
  fc.constantFrom('\n', '\n\n', '\r\n', 'key', '中文', '😀', '\uFEFF').map((text) => Buffer.from(text)),
  fc.constantFrom([0xff], [0xe4, 0xb8], [0xef, 0xbb], [0xef, 0xbb, 0xbf], [0x00]).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
);
const anyBytes = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces));

test('any chunking of any bytes gives the lines of the whole', () => {
  fc.assert(
    fc.property(anyBytes, fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
      assert.deepEqual(split(...cut(bytes, places)), split(bytes));
    }),
    { numRuns: 3_000 },
  );
});

test('the lines are those between the feeds, decoded, and only what is not UTF-8 is a problem', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const withoutBom = bytes.indexOf('\uFEFF') === 0 ? bytes.subarray(3) : bytes;
      const expected = withoutBom.toString('latin1').split('\n');
      if (expected.at(-1) === '') expected.pop();
      const lines = split(bytes);
      // A mark alone is no line worth having, and none worth refusing.
      if (withoutBom.length === 0) return assert.equal(texts(lines).join(''), '');
      assert.equal(lines.length, expected.length);
      for (const [index, { text, problem }] of lines.entries()) {
        const original = Buffer.from(expected[index]!, 'latin1');
        assert.equal(text, original.toString());
        assert.equal(problem !== undefined, !Buffer.from(original.toString()).equals(original));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('gives the last line without a feed, and nothing for an empty input', () => {
  assert.deepEqual(texts(split('a\nb')), ['a', 'b']);
  assert.deepEqual(texts(split('a\nb\n')), ['a', 'b']);
  assert.deepEqual(split(), []);
  assert.deepEqual(split('', ''), []);
});

test('gives the lines of a chunk as soon as they are complete', () => {
  const splitter = new LineSplitter();
  assert.deepEqual(texts(splitter.push(Buffer.from('a\nb\nc'))), ['a', 'b']);
  assert.deepEqual(texts(splitter.push(Buffer.from('d\n'))), ['cd']);
  assert.deepEqual(splitter.flush(), []);
});

test('a mark before the first line is no part of it, also when it comes in pieces', () => {
  assert.deepEqual(texts(split('\uFEFFa\nb')), ['a', 'b']);
  assert.deepEqual(texts(split(Buffer.from([0xef]), Buffer.from([0xbb, 0xbf]), 'a')), ['a']);
  assert.deepEqual(texts(split('a\n\uFEFFb')), ['a', '\uFEFFb']);
});

test('refuses a line that is not UTF-8 and keeps its neighbours', () => {
  const lines = split('good\n', Buffer.from([0xff, 0x41, 0x0a]), 'good\n');
  assert.deepEqual(
    lines.map(({ problem }) => problem !== undefined),
    [false, true, false],
  );
});

test('a line that is too long is a problem however it comes, and the next one is not', () => {
  const long = 'x'.repeat(MAX_LINE_BYTES + 1);
  const fits = 'y'.repeat(MAX_LINE_BYTES);
  const input = Buffer.from(`a\n${long}\n${fits}\nb\n${long}`);
  for (const chunkBytes of [1_000, 65_536, 100_000, input.length]) {
    const chunks = Array.from({ length: Math.ceil(input.length / chunkBytes) }, (_, index) =>
      input.subarray(index * chunkBytes, (index + 1) * chunkBytes),
    );
    const lines = split(...chunks);
    const problems = lines.map(({ problem }) => problem !== undefined);
    assert.deepEqual(problems, [false, true, false, false, true], `chunks of ${chunkBytes}`);
    assert.equal(lines[2]?.text, fits);
  }
});

test('the length that counts is that of the bytes, in one chunk as in several', () => {
  // 30,000 characters, but 90,000 bytes.
  const input = Buffer.from(`a\n${'中'.repeat(30_000)}\nb\n`);
  const whole = split(input).map(({ problem }) => problem !== undefined);
  const cutUp = split(input.subarray(0, 50_000), input.subarray(50_000)).map(({ problem }) => problem !== undefined);
  assert.deepEqual(cutUp, [false, true, false]);
  assert.deepEqual(whole, cutUp);
});

test('an endless line takes no more memory than one of the largest length', () => {
  const splitter = new LineSplitter();
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const beforeBytes = process.memoryUsage().arrayBuffers;
  for (let index = 0; index < 256; index++) assert.deepEqual(splitter.push(chunk), []);
  const grownBytes = process.memoryUsage().arrayBuffers - beforeBytes;
  assert.ok(grownBytes < 64 * 1024 * 1024, `grown by ${grownBytes}`);
  const [line] = splitter.push(Buffer.from('\n'));
  assert.ok(line!.problem !== undefined && line!.text.length === MAX_LINE_BYTES);
  assert.deepEqual(splitter.push(Buffer.from('next\n')), [{ text: 'next' }]);
});
