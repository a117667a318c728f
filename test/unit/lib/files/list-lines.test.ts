// The lines of a list of failures, however it is cut into pieces, and without what is too long to be one.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import test from 'node:test';
import { listLines } from '../../../../src/lib/files/list-lines.js';
import { collect } from '../../../support/streams.js';

const lines = (...pieces: (string | Buffer)[]) =>
  collect(listLines(Readable.from(pieces.map((piece) => Buffer.from(piece as string)))));

test('whole lines, over the ends of pieces, without line ends and empty lines', async () => {
  assert.deepEqual(await lines('a\nb', 'c\r', '\n\n', 'é'.slice(0), '\nlast'), ['a', 'bc', 'é', 'last']);
  assert.deepEqual(await lines(), []);
  assert.deepEqual(await lines('\n'), []);
});

test('what is longer than any line is left out, and what follows is read', async () => {
  const zeros = Buffer.alloc(1024 * 1024);
  const long = Array.from({ length: 6 }, () => zeros);
  assert.deepEqual(await lines('a\n', ...long, '\nb\n', ...long), ['a', 'b']);
});
