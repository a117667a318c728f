/** `status` for programs. */
import { resolve } from 'node:path';
import { readStatus } from '../status/status.js';
import type { Status } from '../status/status-text.js';

/**
 * The progress of the job in a folder, while any process runs it or afterwards. Changes nothing. `state` is `none` when
 * the folder has no job. Rejects with ERR_STATE when the files of the job cannot be read.
 *
 * @param to The folder. If the job has several disks, any of its folders.
 */
export function status(to: string): Promise<Status> {
  return readStatus({ folder: resolve(to) });
}
