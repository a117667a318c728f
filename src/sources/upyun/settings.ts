/** What can be said of an Upyun bucket besides its name: options of the command, and fields for programs. */
import { origin, reader, text, unlike } from '../../lib/options/values.js';
import { ALL, LOCAL, type OptionTable } from '../../model/options/option.js';
import type { SchemeOption } from '../scheme.js';

/** Who asks. Never shown. */
export interface Credentials {
  readonly operator: string;
  readonly password: string;
}

/** The same for programs: what `--credentials` names a file for is given as it is. */
export interface UpyunSettings {
  /** The operator of an `upyun://` bucket. Not needed with a `domain` that serves all, or with an own Source. @default none */
  credentials?: { operator: string; password: string };
  /** Origin of the store's REST API. @default 'https://v0.api.upyun.com' */
  endpoint?: string;
  /** Origin of a CDN domain. Sluice downloads from it instead of the API, without a signature. @default the API */
  domain?: string;
  /** An image version ('!s400'). Sluice downloads this version of each object, and stores it under the plain key. @default the objects themselves */
  variant?: string;
}

export const UPYUN_OPTIONS = {
  credentials: {
    value: 'FILE',
    read: text('a file'),
    commands: ALL,
    after: 'names',
    help: 'file with the operator and the password, instead of UPYUN_OPERATOR and UPYUN_PASSWORD',
  },
  endpoint: {
    value: 'URL',
    read: origin(),
    default: 'https://v0.api.upyun.com',
    commands: ALL,
    after: 'credentials',
    help: 'REST API to list from, and to download from unless --domain is given',
  },
  domain: {
    value: 'URL',
    read: origin(),
    commands: LOCAL,
    after: 'insecure',
    help: 'download through this CDN domain, unsigned, instead of the API; what it answers with 404 is asked of the API before it counts as gone',
  },
  variant: {
    value: 'VERSION',
    read: variant(),
    commands: LOCAL,
    after: 'domain',
    help: "download this image version ('!s400') of each object, stored under the plain key; the listed size does not bind, so an HTML page, JSON or an empty body is refused; --variant=-s400 where the separator is a dash",
  },
} as const satisfies OptionTable<SchemeOption>;

/** An image version: separator and name, as appended to a path. */
export function variant() {
  return reader((value) => {
    const isVariant = /^[!\-_][^\s?#\u0000-\u001f]+$/.test(value) && !value.includes('..') && value.isWellFormed();
    return isVariant ? value : unlike("an image version with its separator, such as '!s400'", value);
  });
}
