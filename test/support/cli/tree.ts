// What lies on the disk after a run, compared byte by byte.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { assertNoSecrets } from './secrets.js';

/** Relative path → bytes. The command's own folder is not looked at: a run that is under way changes it all the time. */
export async function readTree(folder: string): Promise<Map<string, Buffer>> {
  const tree = new Map<string, Buffer>();
  if (existsSync(folder)) await readInto(tree, folder, '');
  return tree;
}

async function readInto(tree: Map<string, Buffer>, root: string, path: string): Promise<void> {
  for (const item of await readdir(join(root, path), { withFileTypes: true })) {
    const below = join(path, item.name);
    if (below === '.sluice' && item.isDirectory()) continue;
    if (item.isDirectory()) await readInto(tree, root, below);
    else if (item.isFile()) tree.set(below, await readFile(join(root, below)));
  }
}

/** Exactly these files with exactly these bytes. */
export async function assertTree(folder: string, expected: Record<string, Buffer | string>): Promise<void> {
  const tree = await readTree(folder);
  assert.deepEqual([...tree.keys()].sort(), Object.keys(expected).sort(), 'files');
  for (const [key, content] of Object.entries(expected)) {
    assert.ok(tree.get(key)?.equals(Buffer.from(content)), `bytes of ${key}`);
  }
}

/** Only whole files, some of these. Returns how many there are. */
export async function assertPartOf(folder: string, expected: Record<string, Buffer | string>): Promise<number> {
  const tree = await readTree(folder);
  for (const [key, content] of tree) {
    assert.ok(Object.hasOwn(expected, key), `${key} has no business here`);
    assert.ok(content.equals(Buffer.from(expected[key]!)), `bytes of ${key}`);
  }
  return tree.size;
}

/** Names of the files that are, or were, being written. */
export async function tempFiles(folder: string): Promise<string[]> {
  const path = join(folder, '.sluice', 'tmp');
  return existsSync(path) ? readdir(path) : [];
}

/** A line of the failures file. */
export interface Failure {
  readonly key: string;
  readonly error: string;
  readonly code: string;
  readonly attempts: number;
  readonly [field: string]: unknown;
}

/** The failures file; every line of it has to have the fields of the contract, and no secret. */
export async function readFailures(
  folder: string,
  path = join(folder, '.sluice', 'failures.ndjson'),
): Promise<Failure[]> {
  const text = await readFile(path, 'utf8');
  assertNoSecrets(text, 'the failures file');
  const failures: Failure[] = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  for (const failure of failures) {
    const types = [failure.key, failure.error, failure.code, failure.attempts].map((value) => typeof value);
    assert.deepEqual(types, ['string', 'string', 'string', 'number'], JSON.stringify(failure));
  }
  return failures;
}

/** Key → code. */
export async function failureCodes(folder: string): Promise<Record<string, string>> {
  return Object.fromEntries((await readFailures(folder)).map(({ key, code }) => [key, code]));
}

/** Another byte in the middle, and neither another size nor another time. */
export async function flipByte(path: string): Promise<void> {
  const { size, atime, mtime } = await stat(path);
  const file = await open(path, 'r+');
  const at = Math.floor(size / 2);
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  buffer[0]! ^= 0xff;
  await file.write(buffer, 0, 1, at);
  await file.close();
  await utimes(path, atime, mtime);
}
