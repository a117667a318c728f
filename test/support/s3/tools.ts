// What other tools print of a bucket: those of Debian, in their own processes.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { findProgram } from '../servers/programs.js';
import type { Ceph } from './ceph.js';

const run = promisify(execFile);

export type ToolName = 'aws' | 'rclone' | 's3cmd';

export const TOOLS: readonly ToolName[] = ['aws', 'rclone', 's3cmd'];

/** Debian's own, where another one of that name comes first in PATH. */
function find(name: ToolName): string | undefined {
  return existsSync(`/usr/bin/${name}`) ? `/usr/bin/${name}` : findProgram(name);
}

/** For `test(name, { skip: skipWithoutTool(tool) }, …)`. */
export function skipWithoutTool(name: ToolName): string | false {
  if (find(name) !== undefined) return false;
  const missing = `no ${name}: apt-get install --no-install-recommends ${name === 'aws' ? 'awscli' : name}`;
  assert.notEqual(process.env.REQUIRE_CEPH, '1', missing);
  return missing;
}

/** Runs a tool against the gateway, and gives what it prints; rejects where it fails. */
async function runTool(name: ToolName, { endpoint, keys }: Ceph, args: readonly string[]): Promise<string> {
  const { host } = new URL(endpoint);
  const first: Record<ToolName, string[]> = {
    aws: ['--endpoint-url', endpoint, '--output', 'json'],
    rclone: [
      ...['--config', '/dev/null', '--s3-provider', 'Ceph', '--s3-env-auth', '--s3-endpoint', endpoint],
      ...['--retries', '1', '--low-level-retries', '1'],
    ],
    s3cmd: [
      ...['-c', '/dev/null', `--host=${host}`, `--host-bucket=${host}`, '--no-ssl'],
      ...[`--access_key=${keys.accessKeyId}`, `--secret_key=${keys.secretAccessKey}`],
    ],
  };
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const options = { env, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
  return (await run(find(name)!, [...first[name], ...args], options)).stdout;
}

/** Uploads a file of more than 5 MiB in parts. */
export async function uploadInParts(name: 'rclone' | 's3cmd', ceph: Ceph, file: string, bucket: string): Promise<void> {
  const args = {
    rclone: ['--s3-chunk-size', '5Mi', '--s3-upload-cutoff', '5Mi', 'copyto', file, `:s3:${bucket}/${name}`],
    s3cmd: ['--multipart-chunk-size-mb=5', 'put', file, `s3://${bucket}/${name}`],
  };
  await runTool(name, ceph, args[name]);
}

/** The keys that a tool prints, in its order; rejects where it fails. `pageKeys`: keys of a page, where it can be said. */
export async function keysBy(name: ToolName, ceph: Ceph, bucket: string, pageKeys = 1_000) {
  const args: Record<ToolName, string[]> = {
    aws: [
      ...['s3api', 'list-objects-v2', '--bucket', bucket],
      ...['--page-size', String(pageKeys), '--query', 'Contents[].Key'],
    ],
    rclone: [
      ...['--s3-list-chunk', String(pageKeys)],
      ...['lsf', '-R', '--files-only', '--format', 'p', '--csv', `:s3:${bucket}`],
    ],
    s3cmd: ['ls', '-r', `s3://${bucket}`],
  };
  const stdout = await runTool(name, ceph, args[name]);
  if (name === 'aws') return JSON.parse(stdout) as string[];
  const lines = stdout.split('\n').filter(Boolean);
  const fieldOf = (line: string) =>
    name === 's3cmd'
      ? line.slice(line.indexOf(`s3://${bucket}/`) + `s3://${bucket}/`.length)
      : line.startsWith('"')
        ? line.slice(1, -1).replaceAll('""', '"')
        : line;
  return lines.map(fieldOf);
}
