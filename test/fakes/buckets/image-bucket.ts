// A bucket of small real pictures for demonstrations: valid PNG files in nested folders, some with Chinese names, painted
// when they are asked for and the same for the same seed.

import type { ObjectBody } from './bucket.js';
import { md5Hex, remembered } from './digest.js';
import { DEFAULT_MTIME_SECONDS, type MemoryBucket, memoryBucket } from './memory-bucket.js';
import { png, pngSizeBytes } from './png.js';
import { hash32 } from './procedural-body.js';

const FOLDERS = [
  '2016/03',
  '2016/11',
  '2017.09.03',
  'avatars',
  '商品图片/春季',
  '商品图片/秋季 新款',
  'a&b (old)/thumbs',
];
const NAMES = ['photo', 'IMG_', '猫 ', '封面', 'item+'];

/** `count` pictures of 1 to 60 kB. */
export function imageBucket(options: { readonly count?: number; readonly seed?: number } = {}): MemoryBucket {
  const { count = 2_000, seed = 1 } = options;
  const bucket = memoryBucket();
  for (let index = 0; index < count; index++) {
    const body = pictureBody(hash32(seed, index));
    bucket.put(keyOf(index, seed), { body, mtimeSeconds: DEFAULT_MTIME_SECONDS + index });
  }
  return bucket;
}

function keyOf(index: number, seed: number): string {
  const folder = FOLDERS[hash32(seed + 1, index) % FOLDERS.length];
  const name = NAMES[hash32(seed + 2, index) % NAMES.length];
  return `${folder}/${name}${String(index).padStart(5, '0')}.png`;
}

function pictureBody(look: number): ObjectBody {
  const width = 24 + (look % 121); // 24 to 144
  const height = 20 + ((look >>> 8) % 117); // 20 to 136
  const read = (start: number, end: number) => picture(look, width, height).subarray(start, end);
  const size = pngSizeBytes(width, height);
  return { size, read, md5: remembered(() => md5Hex(read(0, size))) };
}

// A slanted gradient behind a disc.
function picture(look: number, width: number, height: number): Buffer {
  const radius = Math.min(width, height) / (3 + (look % 3));
  const centreX = width * (0.3 + ((look >>> 4) % 5) / 12);
  const centreY = height * (0.3 + ((look >>> 7) % 5) / 12);
  const disc = hash32(look, 1) & 0xffffff;
  const base = hash32(look, 2);
  return png(width, height, (x, y) => {
    if ((x - centreX) ** 2 + (y - centreY) ** 2 < radius ** 2) return disc;
    const red = ((base & 0xff) + x) & 0xff;
    const green = (((base >>> 8) & 0xff) + y) & 0xff;
    const blue = (((base >>> 16) & 0xff) + x + y) & 0xff;
    return (red << 16) | (green << 8) | blue;
  });
}
