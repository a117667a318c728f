/** Entry point of the thread that looks at a disk: it may hang there, and the command goes on. */
import { parentPort, workerData } from 'node:worker_threads';
import { speak } from '../../../texts/say.js';
import { DISK_DONE, type DiskTask } from './disk-facts.js';
import { inspectDisk } from './inspect-disk.js';

const port = parentPort!;
const task = workerData as DiskTask;
const stopped = new Promise((resolve) => port.once('message', resolve));

async function answer(): Promise<void> {
  await speak(task.language);
  await inspectDisk(task, { tell: (found) => port.postMessage(found), stopped });
  port.postMessage(DISK_DONE);
}

// Not awaited: the build puts the other languages behind this line.
void answer();
