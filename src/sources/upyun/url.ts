/** `upyun://BUCKET[/prefix]`, taken literally: a percent sign in it is a percent sign in the key. */
import { unsafeReason } from '../../model/key.js';

export interface SourceUrl {
  readonly bucket: string;
  /** Without slashes at both ends; '' for the whole bucket. */
  readonly prefix: string;
}

const EXPECTED = 'SOURCE has to be upyun://BUCKET or upyun://BUCKET/prefix';

/** Returns the parsed SOURCE, or what is wrong with it. Never repeats text that may contain a password. */
export function parseSourceUrl(text: string): SourceUrl | string {
  const match = /^upyun:\/\/([^/]*)(?:\/(.*))?$/s.exec(text);
  if (match === null) return EXPECTED;
  const bucket = match[1]!;
  const prefix = (match[2] ?? '').replace(/^\/+|\/+$/g, '');
  if (bucket.includes('@') || bucket.includes(':')) {
    return `${EXPECTED}; credentials belong in the environment, not in SOURCE`;
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(bucket)) return `${EXPECTED}; "${bucket}" is no bucket name`;
  // Checked with the bucket in front: the name .sluice is reserved only directly below DIR.
  const reason = prefix === '' ? undefined : unsafeReason(`${bucket}/${prefix}`);
  return reason === undefined ? { bucket, prefix } : `${EXPECTED}; in the prefix ${reason}`;
}
