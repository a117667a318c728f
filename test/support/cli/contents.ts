// Objects to fill buckets with, and what the server was asked for them.

import { md5Hex } from '../../fakes/buckets/digest.js';
import type { UpyunServer } from '../../fakes/upyun/upyun-server.js';
import type { RequestKind, RequestLogEntry } from '../../fakes/wire/request-log.js';

/** Bytes that differ from those of every other name. */
export function bytesFor(name: string, size: number): Buffer {
  return Buffer.alloc(size, Buffer.from(md5Hex(name), 'hex'));
}

/** `folder/0000.jpg` and so on, each with bytes of its own. */
export function manyObjects(count: number, { folder = '', size = 1_000 } = {}): Record<string, Buffer> {
  const objects: Record<string, Buffer> = {};
  for (let index = 0; index < count; index++) {
    const key = `${folder}${String(index).padStart(4, '0')}.jpg`;
    objects[key] = bytesFor(key, size);
  }
  return objects;
}

/** Names on which a careless program stumbles; a name each, without slashes. */
export const AWKWARD_NAMES: readonly string[] = [
  '商品图片.jpg',
  '秋季 新款.jpg',
  'emoji 🦊👩‍👩‍👧.png',
  'e\u0301 decomposed.txt',
  ' leading space',
  'trailing space ',
  'a+b.jpg',
  'hundred%.jpg',
  '%41.jpg',
  '%2e%2e',
  '%2Fetc%2Fpasswd',
  '%E5%95%86',
  'hash#tag.jpg',
  'what?size=1.jpg',
  'this&that.jpg',
  "it's.jpg",
  '"quoted".jpg',
  'back\\slash.jpg',
  'star*.jpg',
  'semi;colon.jpg',
  'no-extension',
  '.hidden',
  '..two-dots',
  '...',
  'dot-at-the-end.',
  '-rf',
  '--help',
  '--to=elsewhere',
  '{"key":"x"}.jpg',
  '{}',
  '[1,2,3]',
  '"a string"',
  'null',
  '0',
  '~',
  '$HOME',
  '`id`',
  '<script>',
  'a|b',
  'a:b',
  'a=b,c',
  'photo.jpg!s400',
  'new@2x.png',
  '(brackets)[square]{curly}',
  '.sluice-not',
  'constructor',
  'CON',
  '\ufefftext with a mark.txt',
  '图'.repeat(80),
  `${'n'.repeat(236)}.jpg`,
];

/** Takes the requests since the last call out of the log. */
export function takeRequests({ log }: UpyunServer, kind?: RequestKind): RequestLogEntry[] {
  return log.splice(0).filter((entry) => kind === undefined || entry.kind === kind);
}

/** The keys of the objects that were asked for since the last call. */
export function takeFetched(server: UpyunServer): string[] {
  return takeRequests(server, 'get')
    .map(({ key }) => key)
    .sort();
}
