// A disk that somebody else fills to its last byte, or its last inode.

import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const SIZES = [1024 * 1024, 64 * 1024, 4096, 512, 1];

/** Takes all that is left of the disk, but for some bytes; the name of the file. */
export function fillBytes(root: string, name = 'somebody', leftBytes = 0): string {
  const path = join(root, name);
  const fd = openSync(path, 'a');
  try {
    for (const size of SIZES) writeAll(fd, Buffer.alloc(size, 'somebody'));
    ftruncateSync(fd, Math.max(0, fstatSync(fd).size - leftBytes));
  } finally {
    closeSync(fd);
  }
  return path;
}

function writeAll(fd: number, piece: Buffer): void {
  try {
    for (;;) writeSync(fd, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Takes all inodes of the disk; a folder full of empty files. */
export function fillInodes(root: string): string {
  const folder = join(root, 'somebody');
  try {
    mkdirSync(folder);
    for (let count = 0; ; count++) closeSync(openSync(join(folder, `${count}`), 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return folder;
}

export function empty(path: string): void {
  rmSync(path, { recursive: true });
}
