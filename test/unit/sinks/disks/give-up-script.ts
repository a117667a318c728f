// Run as a process of its own by lifetime.test.ts: bodies break off in the very moment in which their volume closes.

import { openVolume } from '../../../../src/sinks/disks/volume.js';
import { tempFiles } from '../../../support/disks/files.js';
import { deferred, until } from '../../../support/waiting.js';

const root = process.argv[2]!;
const volume = await openVolume(root);
const gate = deferred();

async function* breaking() {
  yield Buffer.alloc(300_000);
  await gate.promise;
}

const names = ['a', 'b', 'c', 'd', 'e'];
const storing = Promise.allSettled(names.map((key) => volume.storeStream({ key }, breaking())));
await until(() => tempFiles(root).length === names.length, 'the temp files');
const closed = volume.close();
gate.reject(new Error('cut'));
await Promise.all([storing, closed]);
