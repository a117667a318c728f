/** `upyun://BUCKET[/prefix]`, taken literally: a percent sign in it is a percent sign in the key. */

import { ConfigError } from '../../errors.js';
import { md5OfHex } from '../../model/entry.js';
import { unsafeReason } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { defineScheme, type FoundCredentials } from '../scheme.js';
import { DEFAULT_ENDPOINT } from './carriers.js';
import { readTokenSecret } from './cdn-token.js';
import { readCredentials } from './credentials.js';
import { UPYUN_OPTIONS, type UpyunSecrets } from './settings.js';
import { createUpyunSource } from './source.js';

export const UPYUN = defineScheme({
  name: 'upyun',
  form: 'upyun://BUCKET[/prefix]',
  example: 'upyun://photos',
  credentialsHelp: () => say.options.upyun.where,
  secretNames: ['operator', 'password'],
  options: UPYUN_OPTIONS,
  parse,
  // Without the name of the scheme: so jobs have been called since before there were schemes.
  jobName: ({ bucket, prefix }) => [bucket, ...prefix.split('/')],
  facts: ({ endpoint, domain, variant }) => ({
    origins: [endpoint, domain].filter((one) => one !== undefined),
    domain,
    variant,
    urlsProblem: domain === undefined ? say.sources.upyun.noUrls : undefined,
  }),
  // A CDN domain asks for no signature. Only the API can list.
  needsCredentials: ({ domain }, { lists, objects }) => lists || (objects && domain === undefined),
  credentials({ values, env, isNeeded }): FoundCredentials<UpyunSecrets> {
    const { credentials, problem, warnings } = readCredentials(values.credentials, env);
    const problems = problem !== undefined && (isNeeded || values.credentials !== undefined) ? [problem] : [];
    if (values.cdnTokenFile === undefined) return { credentials, problems, warnings };
    if (values.domain === undefined) problems.push(say.sources.upyun.token.noDomain);
    const { secret: cdnTokenSecret, ...read } = readTokenSecret(values.cdnTokenFile);
    if (read.problem !== undefined) problems.push(read.problem);
    return { credentials: { ...credentials, cdnTokenSecret }, problems, warnings: [...warnings, ...read.warnings] };
  },
  // REST API, "Etag".
  md5OfEtag: md5OfHex,
  open: ({ bucket, prefix }, { sourceOptions, credentials, ...options }) => {
    const {
      domain,
      variant,
      endpoint = DEFAULT_ENDPOINT,
      cdnTokenFile: file,
      cdnTokenValid = VALID_MS,
    } = sourceOptions;
    // The command has read the file already; a program names it only here.
    const { secret = credentials?.cdnTokenSecret, problem } =
      credentials?.cdnTokenSecret === undefined && file !== undefined ? readTokenSecret(file) : {};
    if (problem !== undefined) throw new ConfigError([problem]);
    const token = secret === undefined ? undefined : { secret, validMs: cdnTokenValid };
    return createUpyunSource({ ...options, credentials, endpoint, domain, token, variant, bucket, prefix });
  },
});

/** Links are signed just before they are fetched; Upyun's own signatures are valid for as long. */
const VALID_MS = 30 * 60_000;

function parse(rest: string): { bucket: string; prefix: string } | string {
  const [, bucket = '', tail = ''] = /^([^/]*)(?:\/(.*))?$/s.exec(rest) ?? [];
  const prefix = tail.replace(/^\/+|\/+$/g, '');
  if (bucket.includes('@') || bucket.includes(':')) {
    return say.sources.upyun.loginInSource;
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(bucket)) return say.sources.upyun.noBucketName(bucket);
  // Behind a folder of its own: only relative to DIR is the name .sluice taken.
  const reason = prefix === '' ? undefined : unsafeReason(`${bucket}/${prefix}`);
  return reason === undefined ? { bucket, prefix } : say.sources.upyun.badPrefix(reason);
}
