/** Keys from a file, the environment, or a profile; what needs the SDK is only named. Never prints a value from here. */
import { isShortOfFiles } from '../../../errors.js';
import { readSecretFile } from '../../../lib/secrets/secret-file.js';
import { bareSecret } from '../../../lib/secrets/secret-text.js';
import { say } from '../../../texts/say.js';
import type { FoundCredentials } from '../../scheme.js';
import type { PathStyle } from '../address.js';
import type { Keys } from '../sign.js';
import { type Profile, parseIni, readProfile } from './aws-files.js';
import { readMcAlias } from './mc-alias.js';

/** What signs requests, and what the profile says besides. */
export type S3Credentials =
  | {
      readonly kind: 'keys';
      readonly keys: Keys;
      /** Reads temporary keys again from the file that they came from. */
      readonly reread?: () => Keys | undefined;
      readonly profile?: Place | undefined;
    }
  | { readonly kind: 'chain'; readonly profileName: string | undefined; readonly profile?: Place | undefined }
  | { readonly kind: 'unsigned'; readonly profile?: Place | undefined };

/** Where a profile, the environment, or an alias of `mc` says that the bucket is. */
export interface Place {
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly pathStyle?: PathStyle | undefined;
}

interface Given {
  /** Of `--credentials`. */
  readonly file: string | undefined;
  /** Of `--from-mc-alias`. */
  readonly alias: string | undefined;
  readonly isUnsigned: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** By the order of the SDKs: the option, the environment, the profile, and what only the SDK knows. */
export function readS3Credentials(given: Given): FoundCredentials<S3Credentials> {
  const { file, alias, isUnsigned, env } = given;
  if (alias !== undefined) return readFromAlias(alias, given);
  const profile = readProfile(env);
  const place = {
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.region || undefined,
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || profile.endpoint || undefined,
  };
  const warnings: string[] = [];
  const found = (credentials: S3Credentials) => ({
    credentials: { ...credentials, profile: place },
    problems: [],
    warnings,
  });
  if (isUnsigned) return found({ kind: 'unsigned' });
  if (file !== undefined) {
    const read = readKeysFile(file, warnings);
    if (typeof read === 'string') return { problems: [read], warnings };
    return found({ kind: 'keys', keys: read, ...rereading(given, read) });
  }
  const keys = keysOfEnv(env, warnings);
  if (typeof keys === 'string') return { problems: [keys], warnings };
  const named = env.AWS_PROFILE || undefined;
  if (named !== undefined && !profile.exists) return { problems: [say.s3.noProfile(named)], warnings };
  // A profile that is named counts more than keys that are not.
  const chosen = named !== undefined && hasSomething(profile) ? profile.keys : (keys ?? profile.keys);
  if (chosen !== undefined)
    return found({ kind: 'keys', keys: chosen, ...(chosen === profile.keys && rereading(given, chosen)) });
  return found({ kind: 'chain', profileName: named });
}

/** The endpoint of the alias, and its keys unless an option says otherwise. What is in the environment does not count. */
function readFromAlias(alias: string, given: Given): FoundCredentials<S3Credentials> {
  const { file, isUnsigned, env } = given;
  const warnings: string[] = [];
  const read = readMcAlias(alias, env, warnings);
  if (typeof read === 'string') return { problems: [read], warnings };
  const profile = { region: undefined, endpoint: read.endpoint, pathStyle: read.pathStyle };
  const keys = file === undefined ? read.keys : readKeysFile(file, warnings);
  if (isUnsigned || keys === undefined) return { credentials: { kind: 'unsigned', profile }, problems: [], warnings };
  const usable = typeof keys === 'string' ? keys : checked(keys, `--from-mc-alias ${alias}`);
  if (typeof usable === 'string') return { problems: [usable], warnings };
  const credentials = { kind: 'keys' as const, keys: usable, profile, ...rereading(given, usable) };
  return { credentials, problems: [], warnings };
}

/** Only temporary keys expire; a file of them is often kept fresh by another program. */
function rereading(given: Given, { sessionToken }: Keys): { reread?: () => Keys | undefined } {
  if (sessionToken === undefined) return {};
  const reread = () => {
    const { credentials } = readS3Credentials(given);
    return credentials?.kind === 'keys' ? credentials.keys : undefined;
  };
  return { reread };
}

function hasSomething({ keys, needsSdk }: Profile): boolean {
  return keys !== undefined || needsSdk;
}

function keysOfEnv(env: NodeJS.ProcessEnv, warnings: string[]): Keys | string | undefined {
  const bare = (name: string) => bareSecret(env[name] ?? '', () => warnings.push(say.sources.stripped(name)));
  const accessKeyId = bare('AWS_ACCESS_KEY_ID');
  const secretAccessKey = bare('AWS_SECRET_ACCESS_KEY');
  const sessionToken = bare('AWS_SESSION_TOKEN');
  if (!accessKeyId && !secretAccessKey) return undefined;
  if (!accessKeyId) return say.s3.missing('AWS_ACCESS_KEY_ID');
  if (!secretAccessKey) return say.s3.missing('AWS_SECRET_ACCESS_KEY');
  return checked({ accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined }, 'AWS_ACCESS_KEY_ID');
}

/** The access key and the token are parts of header lines. */
function checked(keys: Keys, where: string): Keys | string {
  const isUsable = /^[\x21-\x2b\x2d-\x7e]+$/.test(keys.accessKeyId) && /^[\x21-\x7e]*$/.test(keys.sessionToken ?? '');
  return isUsable ? keys : say.s3.badKey(where);
}

function readKeysFile(file: string, warnings: string[]): Keys | string {
  let text: string;
  try {
    const found = readSecretFile(file);
    text = found.text.trim();
    if (found.isOpen) warnings.push(say.s3.openFile(file));
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    // If the file does not exist, the text may be the credentials themselves.
    const name = file.includes(':') || !/[./]/.test(file) ? '' : ` ${file}`;
    return say.s3.noFile(name, (error as NodeJS.ErrnoException).code ?? '');
  }
  const keys = parseKeys(text);
  return keys === undefined ? say.s3.noKeysIn(file) : checked(keys, `--credentials ${file}`);
}

/**
 * `AWS_ACCESS_KEY_ID=…` lines, lines of an AWS profile, JSON with `accessKeyId` and `secretAccessKey` (also as the CLI
 * prints them), `ACCESS:SECRET`, or two lines.
 */
function parseKeys(text: string): Keys | undefined {
  const found = text.startsWith('{') ? fromJson(text) : fromLines(text);
  const accessKeyId = found.accesskeyid ?? found.accesskey;
  const secretAccessKey = found.secretaccesskey ?? found.secretkey;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: found.sessiontoken || undefined };
}

type Fields = Readonly<Record<string, string | undefined>>;

/** `aws_access_key_id`, `AccessKeyId`, `AWS_ACCESS_KEY_ID` → `accesskeyid`. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(export\s+)?(aws_?)?/, '')
    .replaceAll('_', '');
}

function fromJson(text: string): Fields {
  try {
    const value = JSON.parse(text);
    const inner = value.Credentials ?? value.AccessKey ?? value;
    return Object.fromEntries(
      Object.entries(inner).map(([name, one]) => [plainName(name), typeof one === 'string' ? one : undefined]),
    );
  } catch {
    return {};
  }
}

function fromLines(text: string): Fields {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = /^(?:export\s+)?(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) found[plainName(name)] = /^(["'])(.*)\1$/.exec(value!)?.[2] ?? value!;
  }
  if (Object.keys(found).length > 0) {
    const [section] = Object.values(parseIni(text));
    return section === undefined
      ? found
      : { ...found, ...Object.fromEntries(Object.entries(section).map(([name, value]) => [plainName(name), value])) };
  }
  if (lines.length === 2) return { accesskeyid: lines[0]!, secretaccesskey: lines[1]! };
  const colon = text.indexOf(':');
  if (lines.length !== 1 || colon <= 0) return {};
  return { accesskeyid: text.slice(0, colon), secretaccesskey: text.slice(colon + 1) };
}
