/** Reads a small file that may hold a secret, and whether other users can read it, too. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readOpenFile } from '../files/small-file.js';

export interface SecretFile {
  readonly text: string;
  /** Other users of the machine can read or change the file. */
  readonly isOpen: boolean;
}

/** Throws system errors, whose texts hold the path and nothing from the file; EFBIG: it is no small file. */
export function readSecretFile(path: string): SecretFile {
  const fd = openSync(path, 'r');
  try {
    return { text: readOpenFile(fd).toString(), isOpen: (fstatSync(fd).mode & 0o077) !== 0 };
  } finally {
    closeSync(fd);
  }
}
