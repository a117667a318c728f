/** The lines of a list of failures. A list that is damaged may be one line of a gigabyte, which is no failure. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** A key of any length that is taken, with all of it escaped, twice in its message. */
const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;
const LINE_FEED = 10;

/** The same of a file. Rejects with the system's error. */
export function linesOfList(path: string): AsyncGenerator<string, void, void> {
  return listLines(createReadStream(path, { highWaterMark: READ_BYTES }));
}

/** Yields each line without its end; not those that are longer than any list has them, and none that is empty. */
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
