/**
 * An alias of MinIO's client: `MC_HOST_<alias>` in the environment or in the file of MC_CONFIG_ENV_FILE, else
 * `config.json` in MC_CONFIG_DIR, `~/.mc` or `~/.mcli`. In this order, as `mc` itself reads them. No message shows a key.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isShortOfFiles } from '../../../errors.js';
import { readSecretFile } from '../../../lib/secrets/secret-file.js';
import { jsonErrorPlace } from '../../../lib/text/json-error.js';
import { nearest } from '../../../lib/text/nearest.js';
import { say } from '../../../texts/say.js';
import type { Keys } from '../sign.js';

/** What an alias says. */
export interface McAlias {
  /** `https://play.min.io:9000` */
  readonly endpoint: string;
  /** Undefined = the alias has none: requests without a signature. */
  readonly keys: Keys | undefined;
  readonly pathStyle: 'always' | 'never' | undefined;
}

/** As `mc` writes it; older versions say `lookup` for `path`. */
interface Written {
  readonly url?: unknown;
  readonly accessKey?: unknown;
  readonly secretKey?: unknown;
  readonly sessionToken?: unknown;
  readonly api?: unknown;
  readonly path?: unknown;
  readonly lookup?: unknown;
}

interface Config {
  readonly version?: unknown;
  readonly aliases?: unknown;
  readonly hosts?: unknown;
}

const PREFIX = 'MC_HOST_';

/** Returns the alias, or what is wrong with it. Adds to `warnings`. */
export function readMcAlias(name: string, env: NodeJS.ProcessEnv, warnings: string[]): McAlias | string {
  const file = configFile(env);
  try {
    const inEnv = { ...hostsOfFile(env.MC_CONFIG_ENV_FILE), ...hostsOfEnv(env) };
    if (Object.hasOwn(inEnv, name)) return aliasOf(name, fromUrl(inEnv[name]!));
    const found = readSecretFile(file);
    const config = jsonOf(found.text);
    if (config === undefined) return say.s3.mc.noJson(file, jsonErrorPlace(found.text));
    const aliases = aliasesOf(config);
    if (aliases === undefined) return say.s3.mc.noAliases(file);
    if (typeof aliases === 'string') return say.s3.mc.badConfig(file, aliases);
    const written = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
    if (written === undefined) return missing(name, file, [...Object.keys(inEnv), ...Object.keys(aliases)]);
    if (found.isOpen) warnings.push(say.s3.openFile(file));
    return aliasOf(name, written);
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    const { code = '', path = file } = error as NodeJS.ErrnoException;
    return say.s3.mc.noConfig(path, code);
  }
}

function configFile({ MC_CONFIG_DIR }: NodeJS.ProcessEnv): string {
  const folders = MC_CONFIG_DIR ? [MC_CONFIG_DIR] : [join(homedir(), '.mc'), join(homedir(), '.mcli')];
  const files = folders.map((folder) => join(folder, 'config.json'));
  return files.find((file) => existsSync(file)) ?? files[0]!;
}

function missing(name: string, file: string, known: readonly string[]): string {
  const names = [...new Set(known)].sort();
  const meant = nearest(name, names);
  const problem = say.s3.mc.noAlias(name, file, names);
  return meant === undefined ? problem : say.help.wrong.didYouMean(problem, meant);
}

/** Undefined = it is no JSON. (An error of JSON.parse would quote the text, which holds keys.) */
function jsonOf(text: string): Config | null | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The aliases of a `config.json`; its version if that is too old; undefined if it is no config at all. */
function aliasesOf(config: Config | null): Readonly<Record<string, Written>> | string | undefined {
  // Version 10 calls them aliases; 8 and 9 had hosts, with the same fields.
  const aliases = config?.aliases ?? (Number(config?.version) >= 8 ? config?.hosts : undefined);
  const isTable = typeof aliases === 'object' && aliases !== null && !Array.isArray(aliases);
  if (isTable) return aliases as Record<string, Written>;
  return config?.version === undefined ? undefined : String(config.version).slice(0, 20);
}

function hostsOfEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const hosts = Object.entries(env).filter(([variable, value]) => variable.startsWith(PREFIX) && value);
  return Object.fromEntries(hosts.map(([variable, value]) => [variable.slice(PREFIX.length), value!]));
}

function hostsOfFile(path: string | undefined): Record<string, string> {
  if (!path) return {};
  const lines = readSecretFile(path).text.split(/\r?\n/);
  const found = lines.flatMap((line) => {
    const [, name, value] = /^\s*(?:export\s+)?MC_HOST_([\w-]+)=(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value!] as const];
  });
  return Object.fromEntries(found);
}

/** `https://ACCESS:SECRET[:TOKEN]@HOST`. The keys are taken literally: nothing in them is percent-encoded. */
function fromUrl(text: string): Written {
  const [, scheme, accessKey, secrets, host] = /^(https?:\/\/)(.*?):(.*)@(.*)$/.exec(text) ?? [];
  if (scheme === undefined) return { url: text };
  const colon = secrets!.indexOf(':');
  const [secretKey, sessionToken] =
    colon === -1 ? [secrets, undefined] : [secrets!.slice(0, colon), secrets!.slice(colon + 1)];
  return { url: scheme + host, accessKey, secretKey, sessionToken };
}

function aliasOf(name: string, written: Written): McAlias | string {
  const endpoint = originOf(textOf(written.url));
  if (endpoint === undefined) return say.s3.mc.badUrl(name);
  if (/^s3v2$/i.test(textOf(written.api))) return say.s3.mc.oldSignature(name);
  const accessKeyId = textOf(written.accessKey);
  const secretAccessKey = textOf(written.secretKey);
  if (!accessKeyId !== !secretAccessKey) return say.s3.mc.halfKeys(name);
  const sessionToken = textOf(written.sessionToken) || undefined;
  return {
    endpoint,
    keys: accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey, sessionToken },
    pathStyle: PATHS.get(textOf(written.path) || textOf(written.lookup)),
  };
}

/** `auto` says nothing. */
const PATHS: ReadonlyMap<string, McAlias['pathStyle']> = new Map([
  ['on', 'always'],
  ['path', 'always'],
  ['off', 'never'],
  ['dns', 'never'],
]);

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function originOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '';
  return isOrigin && url.username === '' && url.password === '' ? url.origin : undefined;
}
