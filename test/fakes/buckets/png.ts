// A valid PNG of RGB pixels. Pixels are stored, not compressed, so the size follows from width and height alone.

import { crc32 } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHUNK_OVERHEAD_BYTES = 12;
const HEADER_BYTES = 13;
// Two bytes of zlib header, five of the one stored block, four of checksum.
const ZLIB_OVERHEAD_BYTES = 11;
// One stored block holds no more.
const MAX_RAW_BYTES = 65_535;

/** Colour of a pixel as 0xRRGGBB. */
export type Painter = (x: number, y: number) => number;

export function pngSizeBytes(width: number, height: number): number {
  const idatBytes = ZLIB_OVERHEAD_BYTES + rawSizeBytes(width, height);
  return SIGNATURE.length + CHUNK_OVERHEAD_BYTES * 3 + HEADER_BYTES + idatBytes;
}

export function png(width: number, height: number, paint: Painter): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB, default compression, filter and interlace
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', storedZlib(rawPixels(width, height, paint))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function rawSizeBytes(width: number, height: number): number {
  return height * (1 + width * 3);
}

function rawPixels(width: number, height: number, paint: Painter): Buffer {
  const raw = Buffer.alloc(rawSizeBytes(width, height));
  let offset = 0;
  for (let y = 0; y < height; y++) {
    offset += 1; // filter type 0
    for (let x = 0; x < width; x++) offset = raw.writeUIntBE(paint(x, y), offset, 3);
  }
  return raw;
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(CHUNK_OVERHEAD_BYTES + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

function storedZlib(raw: Buffer): Buffer {
  if (raw.length > MAX_RAW_BYTES) throw new RangeError(`at most ${MAX_RAW_BYTES} bytes of pixels, got ${raw.length}`);
  const out = Buffer.alloc(ZLIB_OVERHEAD_BYTES + raw.length);
  out.set([0x78, 0x01, 0x01], 0); // zlib header without compression; last block, stored
  out.writeUInt16LE(raw.length, 3);
  out.writeUInt16LE(raw.length ^ 0xffff, 5);
  raw.copy(out, 7);
  out.writeUInt32BE(adler32(raw), out.length - 4);
  return out;
}

function adler32(data: Buffer): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}
