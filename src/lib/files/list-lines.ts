/** Reads the lines of a failures list. A damaged list may be one line of a gigabyte; it counts as no failure. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** Room for a line whose key has the maximum length, is fully escaped, and appears twice in the message. */
const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const LINE_FEED = 10;

/** The same for a file. Rejects with system errors. */
export function linesOfList(path: string): AsyncGenerator<string, void, void> {
  return listLines(createReadStream(path, { highWaterMark: READ_BYTES }));
}

/** Yields each line without its line feed. Skips empty lines and lines longer than the limit. */
export async function* listLines(input: Readable): AsyncGenerator<string, void, void> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  const keep = (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= LINE_LIMIT_BYTES) pieces.push(piece);
    else pieces = [];
  };
  const take = () => {
    const line = bytes <= LINE_LIMIT_BYTES ? Buffer.concat(pieces).toString() : '';
    pieces = [];
    bytes = 0;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      const line = take();
      if (line !== '') yield line;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  const last = take();
  if (last !== '') yield last;
}
