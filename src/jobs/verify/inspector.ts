/** How `verify` looks at the disks: it uses its readers in turn, and never looks at a disk that is missing. */

import { TransferError } from '../../errors.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { KeptTimes } from '../../sinks/state/kept-times.js';
import { type KnownRoot, readMarkers } from '../../sinks/state/marker.js';
import type { FileFacts } from '../../sinks/thread/messages.js';
import type { Inspector } from '../../stages/verify/compare.js';
import { say } from '../../texts/say.js';
import type { Config } from '../run-options.js';

/** What is asked about which files. */
type Asked = Parameters<Inspector['inspect']> extends [number, ...infer Rest] ? Rest : never;

/** Adds to `opened` an entry that waits for work in flight when the run ends. Rejects like `readMarkers`. */
export async function openInspector(
  { to }: Pick<Config, 'to'>,
  readers: readonly Volumes[],
  opened: { close(): Promise<void> }[],
): Promise<Inspector> {
  const before = await readMarkers(to);
  let next = 0;
  let isClosed = false;
  const underWay = new Set<Promise<FileFacts[]>>();
  async function look(volume: number, ...asked: Asked): Promise<FileFacts[]> {
    if (isClosed) throw new TransferError('ERR_VOLUME', say.jobs.verify.ended);
    const files = await readers[next++ % readers.length]!.inspect(volume, ...asked);
    // The files of a disk that was unmounted meanwhile are not missing.
    if (files.some(({ state }) => state === 'absent')) await checkMarker(before[volume]!);
    return files;
  }
  // After an error the next batch may still be in comparison. No read may happen after the run ends.
  opened.push({
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
    },
  });
  return {
    roots: to,
    times: readers[0]!.traits.map(({ times }) => new KeptTimes(times)),
    readers: readers.length * to.length,
    inspect(volume, ...asked) {
      const files = look(volume, ...asked);
      underWay.add(files);
      const settled = () => void underWay.delete(files);
      files.then(settled, settled);
      return files;
    },
  };
}

async function checkMarker({ root, marker }: KnownRoot): Promise<void> {
  const [now] = await readMarkers([root]);
  if (marker?.id === now?.marker?.id) return;
  throw new TransferError('ERR_VOLUME', say.jobs.verify.folderChanged(root));
}
