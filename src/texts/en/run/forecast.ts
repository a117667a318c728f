/** Whether the disks can hold the rest of the copy. */
import { localTime } from '../../../lib/text/local-time.js';
import { formatBytes, formatSeconds } from '../../../lib/text/units.js';

export const forecast = {
  tooMuch: (missingBytes: number, freeBytes: number) =>
    `the disks will not hold all of it: by the bucket's own count ${formatBytes(missingBytes)} are still to be stored, and ${formatBytes(freeBytes)} are free. Free some space, or add a --to. The run goes on until all disks are full`,
  full: (bytesPerSecond: number, seconds: number, atMs: number) =>
    `at the present rate of ${formatBytes(bytesPerSecond)}/s the disks are full at ${localTime(atMs)}, in ${formatSeconds(seconds)}. Free some space until then`,
};
