/** `~/.aws/credentials` and `~/.aws/config`: profiles with keys that are written there. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Keys } from '../sign.js';

export interface Profile {
  readonly keys: Keys | undefined;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  /** It says how keys are got: by a role, SSO or a process. Only the SDK can do that. */
  readonly needsSdk: boolean;
  readonly exists: boolean;
}

type Section = Readonly<Record<string, string>>;

/** The profile that AWS_PROFILE names, or `default`, from both files. */
export function readProfile(env: NodeJS.ProcessEnv): Profile {
  const name = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default';
  const credentials = sectionsOf(env.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), '.aws', 'credentials'))[name];
  const sections = sectionsOf(env.AWS_CONFIG_FILE || join(homedir(), '.aws', 'config'));
  const config =
    sections[name === 'default' ? name : `profile ${name}`] ??
    (name === 'default' ? sections['profile default'] : undefined);
  const both: Section = { ...config, ...credentials };
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = both;
  const hasKeys = Boolean(accessKeyId && secretAccessKey);
  return {
    keys: hasKeys
      ? {
          accessKeyId: accessKeyId!,
          secretAccessKey: secretAccessKey!,
          sessionToken: both.aws_session_token || undefined,
        }
      : undefined,
    region: both.region || undefined,
    endpoint: both.endpoint_url || undefined,
    needsSdk:
      !hasKeys && Object.keys(both).some((key) => /^(role_arn|sso_|credential_process|web_identity|login_)/.test(key)),
    exists: credentials !== undefined || config !== undefined,
  };
}

/** A file that is missing or cannot be read has no profiles. */
function sectionsOf(file: string): Readonly<Record<string, Section>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  return parseIni(text);
}

/** `[name]` lines, and `key = value` lines below them. Indented lines belong to nested settings, which have no keys. */
export function parseIni(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = /^\s*\[\s*(.*?)\s*\]/.exec(line)?.[1];
    if (name !== undefined) {
      section = sections[name.replace(/\s+/g, ' ')] ??= {};
      continue;
    }
    const [, key, value] = /^([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    // A comment needs white space before it: a secret may hold a `#`.
    if (section !== undefined && key !== undefined) section[key.toLowerCase()] = value!.replace(/\s+[#;].*$/, '');
  }
  return sections;
}
