/** `s3://BUCKET[/prefix]`, taken literally. A prefix is a folder, with or without a slash at its end. */
import { ConfigError } from '../../errors.js';
import { unsafeReason } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { defineScheme } from '../scheme.js';
import { awsEndpoint, DEFAULT_REGION, placeProblem } from './address.js';
import { readS3Credentials, type S3Credentials } from './credentials/credentials.js';
import { directoryBucketProblem } from './directory-bucket.js';
import { providerOf } from './providers.js';
import { S3_OPTIONS } from './settings.js';
import type { Keys } from './sign.js';
import { createS3Source } from './source.js';

export const S3 = defineScheme({
  name: 's3',
  form: 's3://BUCKET[/prefix]',
  example: 's3://photos',
  credentialsHelp: () => say.s3.credentialsHelp,
  secretNames: ['access_key', 'secret_key', 'accessKeyId', 'secretAccessKey', 'sessionToken'],
  options: S3_OPTIONS,
  parse,
  jobName: ({ bucket, prefix }) => ['s3', bucket, ...prefix.split('/')],
  facts: ({ endpoint }, credentials: S3Credentials | undefined) => {
    const origin = endpoint ?? credentials?.profile?.endpoint;
    return { origins: origin === undefined ? [] : [origin] };
  },
  problem: ({ bucket }, { endpoint, provider }, credentials: S3Credentials | undefined) => {
    const place = endpoint ?? credentials?.profile?.endpoint ?? awsEndpoint(DEFAULT_REGION);
    // Where it is no URL, `credentials` has said so.
    return URL.canParse(place)
      ? directoryBucketProblem(bucket, providerOf(new URL(place).hostname, provider))
      : undefined;
  },
  needsCredentials: ({ noSignRequest, fromMcAlias }) => noSignRequest !== true && fromMcAlias === undefined,
  credentials: ({ values, env }) => {
    const { credentials: file, fromMcAlias: alias, noSignRequest, endpoint, region, pathStyle } = values;
    const found = readS3Credentials({ file, alias, isUnsigned: noSignRequest === true, env });
    const { profile } = found.credentials ?? {};
    const problem = placeProblem({
      endpoint: endpoint ?? profile?.endpoint,
      region: region ?? profile?.region,
      pathStyle: pathStyle ?? profile?.pathStyle,
    });
    return problem === undefined ? found : { ...found, problems: [...found.problems, problem] };
  },
  open: ({ bucket, prefix }, { sourceOptions, ...options }) => {
    const { endpoint, region, pathStyle, provider, requestPayer = false } = sourceOptions;
    const credentials = withAlias(options.credentials, sourceOptions);
    const place = { endpoint, region, pathStyle, provider, bucket, prefix };
    return createS3Source({ ...options, ...place, credentials, isPayer: requestPayer });
  },
});

/** The command has read the alias before; a program only names it. */
function withAlias(
  given: S3Credentials | Keys | undefined,
  { fromMcAlias: alias, noSignRequest = false }: { fromMcAlias?: string; noSignRequest?: boolean },
): S3Credentials | Keys | undefined {
  if (alias === undefined || (given !== undefined && 'kind' in given)) return given;
  const read = readS3Credentials({ file: undefined, alias, isUnsigned: noSignRequest, env: process.env });
  if (read.credentials === undefined) throw new ConfigError(read.problems);
  return given === undefined ? read.credentials : { ...read.credentials, kind: 'keys', keys: given };
}

function parse(rest: string): { bucket: string; prefix: string } | string {
  const slash = rest.indexOf('/');
  const bucket = slash === -1 ? rest : rest.slice(0, slash);
  const tail = slash === -1 ? '' : rest.slice(slash + 1);
  if (bucket.includes('@') || bucket.includes(':')) return say.s3.secretInSource;
  // (Old buckets of AWS have capitals and underscores.)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket)) return say.s3.badBucket(bucket.slice(0, 80));
  if (/^\/+$/.test(tail)) return say.s3.onlySlashes;
  const prefix = tail.replace(/\/$/, '');
  const reason = prefix.isWellFormed() ? undefined : unsafeReason(prefix);
  return reason === undefined ? { bucket, prefix } : say.s3.badPrefix(reason);
}
