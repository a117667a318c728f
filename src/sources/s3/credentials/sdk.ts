/**
 * The AWS SDK, for keys that only it can get. It is an optional package of 16 MB: loaded where nothing else gives keys,
 * and where it is missing a message names the command that installs it.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';
import type { Chain } from './keys.js';

const SDK = '@aws-sdk/credential-providers';
/** Releases of January 2027 and later need Node 22 (the SDK prints that itself); this one runs on Node 20. */
export const SDK_RANGE = '~3.1175.0';

/** The SDK would print its warnings among the lines of a run. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** The SDK's default chain, for a profile or for what the environment says. Rejects where the package is missing. */
export async function loadChain(profile: string | undefined): Promise<Chain> {
  let sdk: { fromNodeProviderChain(options: { profile?: string; logger: typeof SILENT }): Chain };
  // Else it says at the start that later releases will need a newer Node: of no use to someone who copies.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  try {
    sdk = await import(SDK);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const command = installCommand(packageFolder(fileURLToPath(import.meta.url)));
    const text =
      code === 'ERR_MODULE_NOT_FOUND' ? say.s3.noSdk(command) : say.s3.badSdk(message.slice(0, 200), command);
    throw new TransferError('ERR_AUTH', text, { cause });
  }
  return sdk.fromNodeProviderChain({ logger: SILENT, ...(profile !== undefined && { profile }) });
}

/** The folder of the package that a file of it lies in. */
function packageFolder(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** What installs the SDK where Sluice, installed in this folder, finds it. */
export function installCommand(folder: string): string {
  const what = `${SDK}@${SDK_RANGE}`;
  const modules = dirname(folder);
  // A clone: `npm install --global .` links to it.
  if (basename(modules) !== 'node_modules') return `npm install --no-save --prefix ${quoted(folder)} ${what}`;
  const holder = dirname(modules);
  // npm's own folder of global packages is PREFIX/lib/node_modules.
  return basename(holder) === 'lib' ? `npm install --global ${what}` : `npm install --prefix ${quoted(holder)} ${what}`;
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
