// A mirror of what is there already: from its beginning, and after a kill on its way.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sleep } from '../../../src/lib/waiting/sleep.js';
import { proceduralBucket } from '../../fakes/buckets/procedural-bucket.js';
import { measure } from '../process.js';
import { CREDENTIALS, startApi } from '../web-server.js';
import type { Place } from './download.js';
import { CLI } from './peers.js';

const OBJECTS_A_FOLDER = 2_000;
const BODY = 'x'.repeat(10);
/** Of the time of the whole pass. */
const KILLED_AFTER = 0.6;

export interface RestartRow {
  readonly what: string;
  readonly objects: number;
  readonly seconds: number;
  /** Of the whole job. */
  readonly objectsPerSecond: number;
  readonly peakMegabytes: number | undefined;
}

export async function measureRestart(place: Place, objects: number): Promise<RestartRow[]> {
  const folders = objects / OBJECTS_A_FOLDER;
  const to = join(place.folder, 'to');
  createFiles(to, folders);
  const contents = ['--nested', `${folders}x${OBJECTS_A_FOLDER}`, '--fixed-bytes', String(BODY.length)];
  const api = await startApi(contents);
  const args = ['mirror', 'upyun://demo', '--endpoint', api.endpoint, '--to', to, '--quiet', '--durability', 'none'];
  const command = [process.execPath, CLI, ...args];
  const rowOf = (what: string, { seconds, peakMegabytes }: Awaited<ReturnType<typeof measure>>): RestartRow => ({
    ...{ what, objects, seconds, objectsPerSecond: objects / seconds, peakMegabytes },
  });
  try {
    const whole = await measure(command, { env: CREDENTIALS });
    const child = spawn(command[0]!, command.slice(1), { stdio: 'ignore', env: { ...process.env, ...CREDENTIALS } });
    const closed = once(child, 'close');
    await sleep(whole.seconds * KILLED_AFTER * 1_000);
    child.kill('SIGKILL');
    await closed;
    const rest = await measure(command, { env: CREDENTIALS });
    return [rowOf('mirror, all of it there', whole), rowOf('killed after 60 % of that time, and again', rest)];
  } finally {
    await api.close();
    rmSync(to, { recursive: true, force: true });
  }
}

function createFiles(to: string, folders: number): void {
  rmSync(to, { recursive: true, force: true });
  const bucket = proceduralBucket({
    directories: [folders],
    objectsPerDirectory: OBJECTS_A_FOLDER,
    sizes: BODY.length,
  });
  for (let index = 0; index < bucket.objectCount; index++) {
    const key = bucket.keyOf(index);
    const path = join(to, key);
    if (index % OBJECTS_A_FOLDER === 0) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, BODY);
    const { mtimeSeconds } = bucket.find(key)!;
    utimesSync(path, mtimeSeconds, mtimeSeconds);
  }
}
