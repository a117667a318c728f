/** What a body has to be: the size and the MD5 that were promised. */
import type { FileSpec } from './sink.js';
export interface ContentProblem {
  readonly code: 'ERR_SIZE' | 'ERR_DIGEST' | 'ERR_ETAG';
  readonly message: string;
}

/** What is wrong with a body of that size (bytes) and MD5 (lower-case hex), if anything is. */
export function contentProblem(file: FileSpec, size: number, md5: string): ContentProblem | undefined {
  const name = JSON.stringify(file.key);
  if (file.size !== undefined && size !== file.size)
    return { code: 'ERR_SIZE', message: `${name}: ${size} bytes arrived, ${file.size} were expected` };
  if (file.md5 !== undefined && md5 !== file.md5)
    return { code: 'ERR_DIGEST', message: `${name}: the MD5 is ${md5}, the server says ${file.md5}` };
  if (file.listedMd5 !== undefined && md5 !== file.listedMd5)
    return { code: 'ERR_ETAG', message: `${name}: the MD5 is ${md5}, the input line says ${file.listedMd5}` };
  return undefined;
}
