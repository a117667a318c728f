/** Ranges of keys as texts: scopes and cursors of an S3 listing. They stay valid for ever: a key, never a token. */
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';
import type { KeyRange } from './splitting.js';

/** All keys. */
export const WHOLE: KeyRange = { after: '', end: undefined };

/**
 * `["after","end"]`, or `["after"]` for a range without an end. Only printable ASCII, whatever the keys: what machines send
 * each other as a cursor has no other characters.
 */
export function rangeText({ after, end }: KeyRange): string {
  const text = JSON.stringify(end === undefined ? [after] : [after, end]);
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Throws ERR_LISTING for a text that no S3 listing has written. */
export function rangeOf(text: string): KeyRange {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    // Not JSON: refused below.
  }
  if (Array.isArray(parts) && parts.length >= 1 && parts.length <= 2 && parts.every((part) => typeof part === 'string'))
    return { after: parts[0]!, end: parts[1] };
  throw new TransferError('ERR_LISTING', say.s3.noRange(text.slice(0, 60)));
}
