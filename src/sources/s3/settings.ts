/** What can be said of an S3 bucket besides its name: options of the command, and fields for programs. */
import { choice, flag, origin, type Problem, plainName, reader, text } from '../../lib/options/values.js';
import { nearest } from '../../lib/text/nearest.js';
import { ASKING, type OptionTable } from '../../model/options/option.js';
import { say } from '../../texts/say.js';
import type { SchemeOption } from '../scheme.js';
import { PROVIDER_NAMES } from './providers.js';

/** The same for programs. */
export interface S3Settings {
  /** Keys of the account. @default none: a public bucket */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Origin of the store. @default AWS, or AWS_ENDPOINT_URL_S3 */
  endpoint?: string;
  /** Region of the bucket. @default AWS_REGION, or what the endpoint's name says, or us-east-1 */
  region?: string;
  /** Whether the bucket stands in the path of a request, or in the host name. @default 'auto' */
  pathStyle?: 'auto' | 'always' | 'never';
  /** The kind of store behind a domain of its own: 'aliyun', 'huawei', 'qiniu', … @default by the endpoint's name */
  provider?: string;
  /** This account pays for the requests. @default false */
  requestPayer?: boolean;
  /** Sends requests without a signature, for a public bucket. @default false */
  noSignRequest?: boolean;
  /** Endpoint and keys of this alias of MinIO's client; `credentials` and `endpoint` win. @default none */
  fromMcAlias?: string;
}

export const S3_OPTIONS = {
  credentials: {
    value: 'FILE',
    read: text('a file'),
    commands: ASKING,
    after: 'names',
    group: 'where',
    help: () => say.options.s3.credentials,
  },
  endpoint: {
    value: 'URL',
    read: origin(),
    commands: ASKING,
    after: 'credentials',
    group: 'where',
    help: () => say.options.s3.endpoint,
  },
  region: {
    value: 'NAME',
    read: plainName(),
    commands: ASKING,
    after: 'endpoint',
    group: 'where',
    help: () => say.options.s3.region,
  },
  pathStyle: {
    value: 'HOW',
    read: choice(['auto', 'always', 'never']),
    // Not a default of the table: an alias of `mc` may say it, too.
    defaultText: 'auto',
    commands: ASKING,
    after: 'region',
    group: 'where',
    help: () => say.options.s3.pathStyle,
  },
  provider: {
    value: 'NAME',
    read: provider(),
    commands: ASKING,
    after: 'pathStyle',
    group: 'where',
    help: () => say.options.s3.provider,
  },
  requestPayer: {
    read: flag(),
    commands: ASKING,
    after: 'provider',
    group: 'where',
    help: () => say.options.s3.requestPayer,
  },
  noSignRequest: {
    read: flag(),
    commands: ASKING,
    after: 'requestPayer',
    group: 'where',
    help: () => say.options.s3.noSignRequest,
  },
  fromMcAlias: {
    value: 'NAME',
    read: plainName(),
    commands: ASKING,
    after: 'noSignRequest',
    group: 'where',
    help: () => say.options.s3.fromMcAlias,
  },
} as const satisfies OptionTable<SchemeOption>;

/** One of the stores that differ. */
function provider() {
  const read = reader((value): string | Problem => {
    if (PROVIDER_NAMES.includes(value)) return value;
    const problem = say.s3.noProvider(value.slice(0, 100), PROVIDER_NAMES);
    const meant = nearest(value, PROVIDER_NAMES);
    return { problem: meant === undefined ? problem : say.help.wrong.didYouMean(problem, meant) };
  });
  return Object.assign(read, { words: PROVIDER_NAMES });
}
