// Where the files go: a file system in memory, and a disk.

import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from './runs/download.js';

/** linux/magic.h */
const TMPFS = 0x01021994;
const MEMORY = '/dev/shm';

export interface Places {
  /** Undefined where there is no such file system, or too little room in it. */
  readonly memory: Place | undefined;
  readonly disk: Place;
  close(): void;
}

export function openPlaces(neededBytes: number): Places {
  const folders: string[] = [];
  const open = (parent: string) => {
    const folder = mkdtempSync(join(parent, 'sluice-bench-'));
    // nginx gives up root's rights.
    chmodSync(folder, 0o755);
    folders.push(folder);
    return folder;
  };
  return {
    memory: isMemory(MEMORY, neededBytes) ? { name: 'tmpfs', folder: open(MEMORY) } : undefined,
    disk: { name: 'disk', folder: open(process.env.SLUICE_BENCH_DISK ?? tmpdir()) },
    close: () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isMemory(folder: string, neededBytes: number): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(folder);
    return type === TMPFS && bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}
