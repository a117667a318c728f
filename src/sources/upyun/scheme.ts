/** `upyun://BUCKET[/prefix]`, taken literally: a percent sign in it is a percent sign in the key. */
import { unsafeReason } from '../../model/key.js';
import { defineScheme } from '../scheme.js';
import { readCredentials } from './credentials.js';
import { UPYUN_OPTIONS } from './settings.js';
import { createUpyunSource } from './source.js';

const EXPECTED = 'SOURCE has to be upyun://BUCKET[/prefix]';

export const UPYUN = defineScheme({
  name: 'upyun',
  form: 'upyun://BUCKET[/prefix]',
  example: 'upyun://photos',
  credentialsHelp: 'Credentials come from UPYUN_OPERATOR and UPYUN_PASSWORD.',
  secretNames: ['operator', 'password'],
  options: UPYUN_OPTIONS,
  parse,
  // Without the name of the scheme: so jobs have been called since before there were schemes.
  jobName: ({ bucket, prefix }) => [bucket, ...prefix.split('/')],
  facts: ({ endpoint, domain, variant }) => ({
    origins: [endpoint, domain].filter((one) => one !== undefined),
    domain,
    variant,
  }),
  // A CDN domain asks for no signature. Only the API can list.
  needsCredentials: ({ domain }, { lists, objects }) => lists || (objects && domain === undefined),
  credentials({ values, env, isNeeded }) {
    const { credentials, problem, warnings } = readCredentials(values.credentials, env);
    const isTold = problem !== undefined && (isNeeded || values.credentials !== undefined);
    return { credentials, problems: isTold ? [problem] : [], warnings };
  },
  open: ({ bucket, prefix }, { sourceOptions, ...options }) => {
    const { domain, variant, endpoint = UPYUN_OPTIONS.endpoint.default } = sourceOptions;
    return createUpyunSource({ ...options, endpoint, domain, variant, bucket, prefix });
  },
});

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
