// A disk that stalls: what is sent to volume threads is held back until it may go on. Everything else is real.

import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';

export interface SlowDisk {
  /** From now on nothing reaches the disk. */
  stall(): void;
  /** Everything that was held back goes on, and nothing is held back any more. */
  goOn(): void;
  /** Threads that were given work, oldest first. */
  readonly workers: Worker[];
  /** Messages that were sent to all of them. */
  readonly sent: number;
}

/** Must be called before the volume is opened. */
export function slowDisk(t: TestContext): SlowDisk {
  const original = Worker.prototype.postMessage;
  const held: (() => void)[] = [];
  const workers: Worker[] = [];
  let isStalled = false;
  let sent = 0;
  t.mock.method(Worker.prototype, 'postMessage', function (this: Worker, ...args: Parameters<typeof original>) {
    if (!workers.includes(this)) workers.push(this);
    sent++;
    const send = () => original.apply(this, args);
    if (isStalled) held.push(send);
    else send();
  });
  const goOn = () => {
    isStalled = false;
    for (const send of held.splice(0)) send();
  };
  // A test that fails while the disk is stalled must not leave a thread that waits for ever.
  t.after(goOn);
  return {
    workers,
    get sent() {
      return sent;
    },
    stall() {
      isStalled = true;
    },
    goOn,
  };
}
