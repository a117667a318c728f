// The programs that are compared: their commands, their versions, and what to do where one is missing.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Corpus } from '../corpus.js';
import type { RunOptions } from '../process.js';

export const CLI = fileURLToPath(new URL('../../../bin/sluice/main.js', import.meta.url));

export interface Command extends RunOptions {
  readonly command: readonly string[];
}

export interface Peer {
  readonly name: string;
  /** What it does with the bytes besides writing them. */
  readonly checks: string;
  /** Gets the corpus from `origin` into the folder. */
  download(corpus: Corpus, origin: string, to: string): Command;
}

export interface Absent {
  readonly name: string;
  readonly install: string;
}

/** Without syncs, as the others: durability is another question. */
export function sluice(lines: string, origin: string, to: string, more: readonly string[] = []): Command {
  const args = ['fetch', '--from', 'upyun://demo', '--domain', origin, '--to', to, '--durability', 'none', '--quiet'];
  return { command: [process.execPath, CLI, ...args, ...more], input: lines };
}

/** As many requests at once as the others are told to make. */
const AT_ONCE = ['--concurrency', '64'];

const SLUICE: Peer = {
  name: 'sluice',
  checks: 'size (MD5 computed and recorded), temp file and rename',
  download: (corpus, origin, to) => sluice(corpus.lines, origin, to, AT_ONCE),
};

const SLUICE_VERIFYING: Peer = {
  name: 'sluice, MD5 given',
  checks: 'size and MD5 of each, temp file and rename',
  download: (corpus, origin, to) => sluice(corpus.linesWithMd5, origin, to, AT_ONCE),
};

const SLUICE_AUTOMATIC: Peer = {
  name: 'sluice, automatic',
  checks: 'as the first, --concurrency auto',
  download: (corpus, origin, to) => sluice(corpus.lines, origin, to),
};

const RCLONE: Peer & { program: string } = {
  name: 'rclone',
  program: 'rclone',
  checks: 'size, temp file and rename',
  download: ({ paths }, origin, to) => ({
    command: [
      ...['rclone', 'copy', '--http-url', origin, ':http:', to, '--files-from', paths, '--no-traverse', '-q'],
      ...['--transfers', '64', '--checkers', '64', '--config', '/dev/null'],
    ],
  }),
};

const WGET2: Peer & { program: string } = {
  name: 'wget2',
  program: 'wget2',
  checks: 'none',
  download: ({ paths }, origin, to) => ({
    command: ['wget2', '-q', '-i', urlsOf(paths, origin), '--max-threads', '64', '-x', '-nH', '-P', to],
  }),
};

const ARIA2: Peer & { program: string } = {
  name: 'aria2',
  program: 'aria2c',
  checks: 'size',
  download: ({ paths }, origin, to) => {
    const folders = aria2List(paths, origin, to);
    return { command: ['aria2c', '-q', '-i', folders, '-j', '64', '-x1', '--file-allocation=none', '--no-conf'] };
  },
};

/** Ours first. */
export function findPeers(): { peers: Peer[]; absent: Absent[] } {
  const others = [RCLONE, WGET2, ARIA2];
  const isThere = ({ program }: { program: string }) => spawnSync(program, ['--version']).status === 0;
  const there = others.filter(isThere);
  const absent = others.filter((peer) => !there.includes(peer));
  return {
    peers: [SLUICE, SLUICE_VERIFYING, SLUICE_AUTOMATIC, ...there],
    absent: absent.map(({ name }) => ({ name, install: `apt-get install ${name}` })),
  };
}

/** The first line of what each says of itself. */
export function versions(): Record<string, string> {
  const ask = (program: string, flag = '--version') => {
    const { stdout, stderr, status } = spawnSync(program, [flag], { encoding: 'utf8' });
    return status === 0 ? (stdout || stderr).split('\n')[0]!.trim() : 'absent';
  };
  const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
  return {
    ...{ sluice: version as string, node: process.version },
    ...{ rclone: ask('rclone'), wget2: ask('wget2'), aria2: ask('aria2c') },
    nginx: existsSync('/usr/sbin/nginx') ? ask('/usr/sbin/nginx', '-v') : 'absent',
  };
}

function urlsOf(paths: string, origin: string): string {
  const file = join(paths, '..', 'urls.txt');
  writeFileSync(
    file,
    keysIn(paths)
      .map((key) => `${origin}/${key}\n`)
      .join(''),
  );
  return file;
}

/** It knows no folders but one for all, unless each URL says its own. */
function aria2List(paths: string, origin: string, to: string): string {
  const file = join(paths, '..', 'aria2.txt');
  writeFileSync(
    file,
    keysIn(paths)
      .map((key) => `${origin}/${key}\n dir=${to}\n out=${key}\n`)
      .join(''),
  );
  return file;
}

function keysIn(paths: string): string[] {
  return readFileSync(paths, 'utf8').trim().split('\n');
}
