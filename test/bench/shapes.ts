// The same work at ten and a hundred times the size: what an object costs must not depend on how many there are.

import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './process.js';
import type { Place } from './runs/download.js';
import { sluice } from './runs/peers.js';

/** Of 200 bytes each, so that it is the objects that count. */
export const BODY = 'x'.repeat(200);
export const FILES_A_FOLDER = 1_000;
export const MTIME_SECONDS = 1_500_000_000;

export interface ShapeRow {
  readonly objects: number;
  readonly seconds: number;
  readonly microsecondsAnObject: number;
  readonly cpuMicrosecondsAnObject: number | undefined;
  readonly peakMegabytes: number | undefined;
}

/** Files that {@link measureShapes} asks for; the server gives them under any number of names (`/copy7/…`). */
export function createSmallFiles(root: string): void {
  mkdirSync(join(root, 'small'), { recursive: true });
  for (let index = 0; index < FILES_A_FOLDER; index++) {
    const path = join(root, 'small', `${index}.jpg`);
    writeFileSync(path, BODY);
    utimesSync(path, MTIME_SECONDS, MTIME_SECONDS);
  }
}

/** The key of one of them. */
export function smallKey(index: number): string {
  return `copy${Math.floor(index / FILES_A_FOLDER)}/small/${index % FILES_A_FOLDER}.jpg`;
}

export async function measureShapes(place: Place, origin: string, counts: readonly number[]): Promise<ShapeRow[]> {
  const rows: ShapeRow[] = [];
  for (const objects of counts) {
    const to = join(place.folder, 'to');
    const lines = join(place.folder, 'small.ndjson');
    rmSync(to, { recursive: true, force: true });
    writeFileSync(lines, linesOf(objects));
    const { command, ...options } = sluice(lines, origin, to);
    const { seconds, cpuSeconds, peakMegabytes } = await measure(command, options);
    rows.push({
      ...{ objects, seconds, peakMegabytes },
      microsecondsAnObject: (seconds / objects) * 1e6,
      cpuMicrosecondsAnObject: cpuSeconds === undefined ? undefined : (cpuSeconds / objects) * 1e6,
    });
    rmSync(to, { recursive: true, force: true });
  }
  return rows;
}

function linesOf(objects: number): string {
  const lines: string[] = [];
  for (let index = 0; index < objects; index++) {
    lines.push(`{"key":"${smallKey(index)}","size":${BODY.length}}\n`);
  }
  return lines.join('');
}
