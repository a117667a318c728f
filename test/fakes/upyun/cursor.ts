// Listing cursors as seen in the wild: base64 of `<bucket>/~dir/~dir/@#file` or `.../@~folder`, naming the next item.
// They carry all their state, so they never expire.

import type { Position } from '../buckets/bucket.js';

/** Sent with the last page: the Erlang term `{next, eof}`. */
export const END_OF_LIST = 'g2gCZAAEbmV4dGQAA2VvZg';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A place in a bucket: an item of a directory. */
export interface Place {
  readonly bucketName: string;
  readonly directory: string;
  readonly position: Position;
}

export function encodeCursor({ bucketName, directory, position }: Place): string {
  const folders = directory.replace(/[^/]*\//g, '~$&');
  return Buffer.from(`${bucketName}/${folders}@${position.isFolder ? '~' : '#'}${position.name}`).toString('base64');
}

/** `undefined` for anything this server cannot have made. */
export function decodeCursor(cursor: string): Place | undefined {
  if (!BASE64.test(cursor)) return undefined;
  const bytes = Buffer.from(cursor, 'base64');
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) return undefined;
  const [, bucketName, folders, kind, name] = /^([^/]+)\/((?:~[^/]*\/)*)@([#~])([^/]*)$/s.exec(text) ?? [];
  if (bucketName === undefined || folders === undefined || name === undefined) return undefined;
  const directory = folders.replace(/~([^/]*\/)/g, '$1');
  return { bucketName, directory, position: { name, isFolder: kind === '~' } };
}
