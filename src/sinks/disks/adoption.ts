/**
 * Files without a recorded owner, on a disk that takes several names for the same: an earlier build stored them, a
 * power cut removed the record, or a user put them there. A file belongs to an object when its content and its time
 * match a record of the key in the digest log. Sluice ignores all other files, and overwrites none.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localError } from '../../errors.js';
import { type HashIndex, openHashIndex } from '../../lib/record-index/hash-index.js';
import { keyHash } from '../../lib/record-index/key-hash.js';
import { STATE_FOLDER } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { DIGEST_RECORD_BYTES, type Digest, readDigestRecord } from '../digests/digest-record.js';
import {
  type Checked,
  type FileFacts,
  FOUND,
  type Versions,
  type VolumeReply,
  type VolumeRequest,
} from '../thread/messages.js';

/** The thread reads these files, so each request is small and other requests get answers in between. */
const FILES_AT_ONCE = 16;
const INDEX_BYTES = 32 * 1024 * 1024;

export class Adoption {
  readonly #root: string;
  readonly #isReadOnly: boolean;
  readonly #ask: (request: VolumeRequest) => Promise<VolumeReply>;
  /** The first file without an owner opens it; most volumes have no such file. */
  #digests: Promise<HashIndex> | undefined;

  constructor(root: string, options: { isReadOnly: boolean; ask: (request: VolumeRequest) => Promise<VolumeReply> }) {
    this.#root = root;
    this.#isReadOnly = options.isReadOnly;
    this.#ask = options.ask;
  }

  /** Settles the results that `check` left as `unowned`. */
  async settle({ keys, sizes, mtimesMs }: Versions, { found, paths }: Checked): Promise<Checked> {
    const open = [...found.keys()].filter((index) => found[index] === FOUND.unowned);
    if (open.length === 0) return { found, paths };
    const settled = found.slice();
    for (let start = 0; start < open.length; start += FILES_AT_ONCE) {
      const some = open.slice(start, start + FILES_AT_ONCE);
      const codes = await this.#prove(
        some.map((index) => keys[index]!),
        Float64Array.from(some, (index) => sizes[index]!),
        Float64Array.from(some, (index) => mtimesMs[index]!),
      );
      for (const [place, index] of some.entries()) settled[index] = codes[place]!;
    }
    return { found: settled, paths: paths.filter(([index]) => settled[index] !== FOUND.absent) };
  }

  /** The same for the results of `inspect`. */
  async settleFacts(keys: readonly string[], facts: readonly FileFacts[]): Promise<FileFacts[]> {
    const any = new Float64Array(keys.length).fill(Number.NaN);
    const found = Uint8Array.from(facts, ({ state }) => (state === 'unowned' ? FOUND.unowned : FOUND.present));
    const settled = await this.settle({ keys, sizes: any, mtimesMs: any }, { found, paths: [] });
    return facts.map((one, index) => {
      if (one.state !== 'unowned') return one;
      return settled.found[index] === FOUND.absent
        ? { state: 'absent', path: one.path, size: 0, mtimeMs: 0 }
        : { ...one, state: 'present' };
    });
  }

  async close(): Promise<void> {
    await (await this.#digests?.catch(() => undefined))?.close();
  }

  async #open(): Promise<HashIndex> {
    const path = join(this.#root, STATE_FOLDER, 'digests');
    const tempFolder = this.#isReadOnly ? tmpdir() : join(this.#root, STATE_FOLDER, 'tmp');
    const recordBytes = DIGEST_RECORD_BYTES;
    try {
      return await openHashIndex(path, { recordBytes, tempFolder, memoryLimitBytes: INDEX_BYTES });
    } catch (error) {
      throw localError('ERR_STATE', say.disks.ownersUnreadable(path, systemText(error, path)), error);
    }
  }

  async #prove(keys: string[], sizes: Float64Array, mtimesMs: Float64Array): Promise<Uint8Array> {
    this.#digests ??= this.#open();
    const index = await this.#digests;
    const digests = keys.map((key) => digestsOf(index, key));
    return (await this.#ask({ op: 'prove', keys, sizes, mtimesMs, digests })).found!;
  }
}

function digestsOf(index: HashIndex, key: string): Digest[] {
  return index.find(keyHash(key)).flatMap((record) => readDigestRecord(record) ?? []);
}
