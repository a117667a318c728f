/** `status` for programs. */
import { resolve } from 'node:path';
import { readStatus } from '../status/status.js';
import type { Status } from '../status/status-text.js';

/**
 * How far the job is that is kept in a folder, while it runs (in any process) or afterwards. Changes nothing.
 * `state` is `none` where there is no job. Rejects with ERR_STATE where its files cannot be read.
 *
 * @param to The folder, or of several disks any of them.
 */
export function status(to: string): Promise<Status> {
  return readStatus({ folder: resolve(to) });
}
