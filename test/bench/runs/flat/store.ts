// The store of one flat prefix, as the process that measures sees it.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FlatCounts, FlatServed } from './server.js';

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));
/** 20 ms on average. */
export const LINE = { delayMs: 18, jitterMs: 4 };
export const S3_KEYS = {
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

export interface FlatStore {
  readonly endpoint: string;
  readonly keys: number;
  /** The sum of the hashes of all keys. */
  readonly hash: number;
  /** Since the last time. */
  counts(): Promise<FlatCounts>;
  close(): Promise<void>;
}

/** Rejects when the process ends before it serves. */
export async function startFlatStore(served: FlatServed): Promise<FlatStore> {
  const child = fork(SERVER, [JSON.stringify(served)]);
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error('the store of the measurement did not start');
  return {
    ...(first[0] as Pick<FlatStore, 'endpoint' | 'keys' | 'hash'>),
    async counts() {
      child.send('counts');
      return ((await once(child, 'message')) as [FlatCounts])[0];
    },
    async close() {
      child.kill();
      await ended;
    },
  };
}
