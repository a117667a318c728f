/** Where `verify -` keeps its findings until it knows the last line of each key. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fsExtra from 'fs-extra';
import { TextSpool } from '../../lib/files/text-spool.js';
import { KeyLines } from '../../sinks/digests/key-lines.js';
import { HeldFindings, type HeldFindingsOptions } from '../../stages/verify/held-findings.js';

/** A full disk can still create the folder, but no data in it. */
export function checkSpace(folder: string): void {
  try {
    writeFileSync(join(folder, 'room'), Buffer.alloc(PROBE_BYTES));
    rmSync(join(folder, 'room'));
  } catch (error) {
    fsExtra.removeSync(folder);
    throw error;
  }
}

const PROBE_BYTES = 1024 * 1024;

/** When the input names a key twice, the last line counts. */
export function openHeld(
  temp: string,
  opened: { close(): Promise<void> }[],
  options: Pick<HeldFindingsOptions, 'output' | 'stats' | 'comparedBy' | 'signal'>,
): HeldFindings {
  const lines = new KeyLines(temp);
  const spool = new TextSpool(join(temp, 'findings'));
  opened.push(lines, { close: async () => spool.close() });
  return new HeldFindings({ ...options, lines, spool });
}
