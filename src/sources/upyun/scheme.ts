/** `upyun://BUCKET[/prefix]`, taken literally: a percent sign in it is a percent sign in the key. */
import { unsafeReason } from '../../model/key.js';
import type { Scheme } from '../scheme.js';
import { createUpyunSource } from './source.js';

const EXPECTED = 'SOURCE has to be upyun://BUCKET[/prefix]';

export const UPYUN: Scheme = {
  name: 'upyun',
  form: 'upyun://BUCKET[/prefix]',
  defaultEndpoint: 'https://v0.api.upyun.com',
  parse,
  open: ({ bucket, prefix }, options) => createUpyunSource({ ...options, bucket, prefix }),
};

function parse(rest: string): { bucket: string; prefix: string } | string {
  const [, bucket = '', tail = ''] = /^([^/]*)(?:\/(.*))?$/s.exec(rest) ?? [];
  const prefix = tail.replace(/^\/+|\/+$/g, '');
  if (bucket.includes('@') || bucket.includes(':')) {
    return `${EXPECTED}; credentials belong in the environment, not in SOURCE`;
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(bucket)) return `${EXPECTED}; "${bucket}" is no bucket name`;
  // Behind a folder of its own: only relative to DIR is the name .sluice taken.
  const reason = prefix === '' ? undefined : unsafeReason(`${bucket}/${prefix}`);
  return reason === undefined ? { bucket, prefix } : `${EXPECTED}; in the prefix ${reason}`;
}
