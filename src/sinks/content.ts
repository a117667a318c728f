/** What a body has to be: the size and the digest that were promised. */
import { type Checksum, checksumOf } from '../lib/checksum/checksum.js';
import { DIGEST_NAMES } from '../texts/digest-names.js';
import { say } from '../texts/say.js';
import type { FileSpec } from './sink.js';

export interface ContentProblem {
  readonly code: 'ERR_SIZE' | 'ERR_DIGEST' | 'ERR_ETAG';
  readonly message: string;
}

/**
 * What is wrong with a body of that size (bytes) and MD5 (lower-case hex), if anything is. `body`: all of it, or what has
 * summed up its pieces; needed only where the file has a digest of another kind.
 */
export function contentProblem(
  file: FileSpec,
  size: number,
  md5: string,
  body: Uint8Array | Checksum | undefined,
): ContentProblem | undefined {
  if (file.size !== undefined && size !== file.size)
    return { code: 'ERR_SIZE', message: say.disks.content.size(size, file.size) };
  if (file.md5 !== undefined && md5 !== file.md5)
    return { code: 'ERR_DIGEST', message: say.disks.content.digest(DIGEST_NAMES.md5, md5, file.md5) };
  if (file.listedMd5 !== undefined && md5 !== file.listedMd5)
    return { code: 'ERR_ETAG', message: say.disks.content.etag(md5, file.listedMd5) };
  const { digest } = file;
  if (digest === undefined) return undefined;
  const found = body instanceof Uint8Array ? checksumOf(digest.kind, body) : body!.hex();
  if (found === digest.hex) return undefined;
  return { code: 'ERR_DIGEST', message: say.disks.content.digest(DIGEST_NAMES[digest.kind], found, digest.hex) };
}
