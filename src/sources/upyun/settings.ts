/** What can be said of an Upyun bucket besides its name: options of the command, and fields for programs. */
import { duration, origin, reader, text, unlike } from '../../lib/options/values.js';
import { ASKING, LOCAL, type OptionTable } from '../../model/options/option.js';
import { say } from '../../texts/say.js';
import type { SchemeOption } from '../scheme.js';
import { DEFAULT_ENDPOINT, endpoint } from './carriers.js';

/** Who asks. Never shown. */
export interface Credentials {
  readonly operator: string;
  readonly password: string;
}

/** All that is secret of a bucket. Without an operator only a CDN domain is asked. */
export interface UpyunSecrets extends Partial<Credentials> {
  /** Signs the links of a CDN domain. */
  readonly cdnTokenSecret?: string | undefined;
}

/** The same for programs: what `--credentials` names a file for is given as it is. */
export interface UpyunSettings {
  /**
   * The operator of an `upyun://` bucket; not needed with a `domain` that serves all, or with an own Source. `cdnTokenSecret`
   * signs the links of a `domain` with anti-leech by token. @default none
   */
  credentials?: { operator?: string; password?: string; cdnTokenSecret?: string };
  /** Origin of the store's REST API, or the name of a line: 'auto', 'telecom', 'unicom' or 'mobile'. @default 'https://v0.api.upyun.com' */
  endpoint?: string;
  /** Origin of a CDN domain. Sluice downloads from it instead of the API, without a signature. @default the API */
  domain?: string;
  /** File with the secret that signs the links of `domain`, instead of `cdnTokenSecret`. @default no token */
  cdnTokenFile?: string;
  /** How long such a link is good: '30m'. @default '30m' */
  cdnTokenValid?: string;
  /** An image version ('!s400'). Sluice downloads this version of each object, and stores it under the plain key. @default the objects themselves */
  variant?: string;
}

export const UPYUN_OPTIONS = {
  credentials: {
    value: 'FILE',
    read: text('a file'),
    commands: ASKING,
    after: 'names',
    group: 'where',
    help: () => say.options.upyun.credentials,
  },
  endpoint: {
    value: 'URL',
    read: endpoint(),
    default: DEFAULT_ENDPOINT,
    commands: ASKING,
    after: 'credentials',
    group: 'where',
    help: () => say.options.upyun.endpoint,
  },
  domain: {
    value: 'URL',
    read: origin(),
    commands: [...LOCAL, 'list', 'doctor'],
    isOfUrls: true,
    after: 'insecure',
    group: 'where',
    commonIn: 'all',
    help: () => say.options.upyun.domain,
  },
  cdnTokenFile: {
    value: 'FILE',
    read: text('a file'),
    commands: [...LOCAL, 'list', 'doctor'],
    isOfUrls: true,
    after: 'domain',
    group: 'where',
    help: () => say.options.upyun.cdnTokenFile,
  },
  cdnTokenValid: {
    value: 'DURATION',
    read: duration(),
    default: '30m',
    commands: [...LOCAL, 'list', 'doctor'],
    isOfUrls: true,
    after: 'cdnTokenFile',
    group: 'where',
    help: () => say.options.upyun.cdnTokenValid,
  },
  variant: {
    value: 'VERSION',
    read: variant(),
    commands: [...LOCAL, 'list', 'doctor'],
    isOfUrls: true,
    after: 'domain',
    group: 'what',
    help: () => say.options.upyun.variant,
  },
} as const satisfies OptionTable<SchemeOption>;

/** An image version: separator and name, as appended to a path. */
export function variant() {
  return reader((value) => {
    const isVariant = /^[!\-_][^\s?#\u0000-\u001f]+$/.test(value) && !value.includes('..') && value.isWellFormed();
    return isVariant ? value : unlike("an image version with its separator, such as '!s400'", value);
  });
}
