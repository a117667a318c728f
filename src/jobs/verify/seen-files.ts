/** The files that objects account for, on disk instead of in memory. */
import { join } from 'node:path';
import { openHashIndex } from '../../lib/record-index/hash-index.js';
import { HASH_LOG_RECORD_BYTES, HashLog } from '../../lib/record-index/hash-log.js';
import { keyHash } from '../../lib/record-index/key-hash.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { NameRules } from '../../model/names/name-rules.js';
import { keyOf } from '../../model/names/names.js';
import { readRecordedNames } from '../../sinks/state/recorded-names.js';
import type { Config } from '../run-options.js';

/** Collects the files, then finds what is among them. */
export function openSeen(temp: string, rules: readonly NameRules[]) {
  const path = join(temp, 'seen');
  const log = new HashLog(path);
  const opened: { close(): Promise<void> }[] = [];
  const place = (volume: number, file: string) => `${volume}\0${rules[volume]!.fold(file)}`;
  return {
    add: (volume: number, file: string) => log.add(place(volume, file)),
    async open({ to, names }: Config) {
      log.flush();
      const index = await openHashIndex(path, { recordBytes: HASH_LOG_RECORD_BYTES, tempFolder: temp });
      opened.push(index);
      // Folders of several machines each have their own file.
      const recorded = to.map((root) => readRecordedNames(join(root, STATE_FOLDER, 'names.ndjson')));
      const recordedKey = (file: string, disk: NameRules) =>
        recorded.reduce<string | undefined>((key, find) => key ?? find(file, disk), undefined);
      const keyAt = (volume: number, file: string) =>
        names === 'refuse' ? file : (keyOf(file, rules[volume]) ?? recordedKey(file, rules[volume]!) ?? file);
      return {
        roots: to,
        rules,
        isSeen: (volume: number, file: string) => index.has(keyHash(place(volume, file))),
        keyAt,
      };
    },
    async close() {
      log.close();
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}
