/** The disks as `verify` looks at them: by several readers in turn, and never a disk that is not there. */

import { TransferError } from '../../errors.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { KeptTimes } from '../../sinks/state/kept-times.js';
import { type KnownRoot, readMarkers } from '../../sinks/state/marker.js';
import type { FileFacts } from '../../sinks/thread/messages.js';
import type { Inspector } from '../../stages/verify/compare.js';
import type { Config } from '../options.js';

/** What is under way when the run ends is waited for by what it adds to `opened`. Rejects like `readMarkers`. */
export async function openInspector(
  { to }: Pick<Config, 'to'>,
  readers: readonly Volumes[],
  opened: { close(): Promise<void> }[],
): Promise<Inspector> {
  const before = await readMarkers(to);
  let next = 0;
  let isClosed = false;
  const underWay = new Set<Promise<FileFacts[]>>();
  async function look(volume: number, keys: readonly string[], needsMd5: boolean): Promise<FileFacts[]> {
    if (isClosed) throw new TransferError('ERR_VOLUME', 'the comparison has ended');
    const files = await readers[next++ % readers.length]!.inspect(volume, keys, needsMd5);
    // What a disk that is unmounted meanwhile does not have is not missing.
    if (files.some(({ state }) => state === 'absent')) await checkPresence(before[volume]!);
    return files;
  }
  // A run that goes wrong ends while the next part is still compared: nothing may be read when it is over.
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
    inspect(volume, keys, needsMd5) {
      const files = look(volume, keys, needsMd5);
      underWay.add(files);
      const settled = () => void underWay.delete(files);
      files.then(settled, settled);
      return files;
    },
  };
}

async function checkPresence({ root, marker }: KnownRoot): Promise<void> {
  const [now] = await readMarkers([root]);
  if (marker?.id === now?.marker?.id) return;
  throw new TransferError(
    'ERR_VOLUME',
    `${root} is not the folder that it was: unmounted or deleted; mend it, then verify again`,
  );
}
