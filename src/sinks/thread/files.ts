/**
 * The file work of one volume, all synchronous. It runs in the volume's own thread: there a synchronous call costs a
 * third of an asynchronous one, and a stalled disk blocks nothing else.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, futimesSync, type Stats, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Checksum, type ChecksumKind, createChecksum } from '../../lib/checksum/checksum.js';
import { type GiveWay, isNoSpace, withSpaceSync } from '../../lib/files/with-space.js';
import { crashPoint } from '../../lib/process/crash-point.js';
import { STATE_FOLDER } from '../../model/key.js';
import { NameRules } from '../../model/names/name-rules.js';
import { contentProblem } from '../content.js';
import { DigestWriter } from '../digests/digest-writer.js';
import { RecentDigests } from '../digests/recent-digests.js';
import type { FileSpec, StoredFile } from '../sink.js';
import { KeptTimes } from '../state/kept-times.js';
import { isMarked, type Marker, writeMarker } from '../state/marker.js';
import { ReservedSpace } from '../state/reserved-space.js';
import type { Traits } from '../state/traits.js';
import { ContentError } from './faults.js';
import { FileCheck } from './file-check.js';
import type { FileFacts, VolumeThreadData } from './messages.js';
import { knownTraits, learnTraits } from './names/learn-traits.js';
import { NamesFile } from './names/names-file.js';
import { Naming } from './names/naming.js';
import { Owners } from './names/owners.js';
import { Ownership } from './names/ownership.js';
import { Paths } from './paths.js';
import { type TempFile, TempFiles } from './temp-files.js';

/** A file being written. */
export interface OpenPart {
  readonly temp: TempFile;
  readonly hash: Hash;
  /** Where the server sends another digest than the MD5. */
  readonly checksum: Checksum | undefined;
  size: number;
}

/** Works on one root folder. Throws system errors unchanged, and the errors of `faults.ts`. */
export class VolumeFiles {
  readonly traits: Traits;
  readonly fileCheck: FileCheck;
  readonly digests: DigestWriter;
  readonly temps: TempFiles;
  readonly #root: string;
  readonly #naming: Naming;
  readonly #ownership: Ownership | undefined;
  readonly #times: KeptTimes;
  readonly #isEachSynced: boolean;
  /** Set by the first file whose time is more than a minute ago. */
  #isChangeLost: boolean | undefined;
  readonly #isReadOnly: boolean;
  /** For the disk that keeps the state. */
  readonly #giveWay: GiveWay;

  /** Makes the folders (unless read-only), and tests what the disk does with names and times. */
  constructor({ root, names, namesFile, isEachSynced, isReadOnly }: VolumeThreadData) {
    this.#root = root;
    this.#isEachSynced = isEachSynced;
    this.#isReadOnly = isReadOnly;
    this.temps = new TempFiles(root);
    if (!isReadOnly) this.temps.prepare();
    this.traits = isReadOnly ? knownTraits(root) : learnTraits(root);
    const rules = new NameRules(this.traits.names);
    const paths = new Paths(root, names, rules);
    const reserved = ReservedSpace.of(dirname(dirname(namesFile)));
    this.#giveWay = reserved.giveWayFor(join(root, STATE_FOLDER, 'digests'));
    const record = new NamesFile(namesFile, { root, isSynced: isEachSynced, giveWay: reserved.giveWay });
    this.digests = new DigestWriter(join(root, STATE_FOLDER, 'digests'), this.#giveWay);
    this.#times = new KeptTimes(this.traits.times);
    if (rules.folding !== undefined) {
      const owners = new Owners(join(root, STATE_FOLDER, 'owners'), { isReadOnly, isSynced: isEachSynced });
      this.#ownership = new Ownership(root, { rules, owners });
    }
    this.#naming = new Naming(root, { paths, ownership: this.#ownership, record, isEachSynced });
    // A read-only check stores nothing, so for it a folder that does not exist yet is not a lost volume.
    const isThere = () => (isReadOnly && !this.temps.isMarked) || this.temps.isThere();
    const [ownership, times] = [this.#ownership, this.#times];
    this.fileCheck = new FileCheck(root, { paths, ownership, times, isThere });
  }

  /** Writes a small body with this MD5, and moves it to its place. Wrong bytes are never written. */
  store(file: FileSpec, body: Uint8Array, md5: string): StoredFile {
    checkContent(file, body.length, md5, body);
    const temp = this.temps.open();
    try {
      writeAll(temp.fd, body);
    } catch (error) {
      this.temps.discard(temp);
      throw error;
    }
    return this.#publish(temp, file, { bytes: body.length, md5 });
  }

  /** Tests whether the disk writes, and throws its error if not. A volume opened read-only throws EROFS. */
  probe(): void {
    if (this.#isReadOnly) throw Object.assign(new Error('opened to be read only'), { code: 'EROFS' });
    this.temps.probe();
  }

  begin(digest: ChecksumKind | undefined): OpenPart {
    const checksum = digest && createChecksum(digest);
    return { temp: this.temps.open(), hash: createHash('md5'), checksum, size: 0 };
  }

  append(part: OpenPart, piece: Uint8Array): void {
    writeAll(part.temp.fd, piece);
    part.hash.update(piece);
    part.checksum?.update(piece);
    part.size += piece.length;
  }

  /** Checks the whole file and moves it to its place. Afterwards the part is gone, also after an error. */
  commit(part: OpenPart, file: FileSpec): StoredFile {
    const md5 = part.hash.digest('hex');
    try {
      checkContent(file, part.size, md5, part.checksum);
    } catch (error) {
      this.discard(part);
      throw error;
    }
    return this.#publish(part.temp, file, { bytes: part.size, md5 });
  }

  discard({ temp }: OpenPart): void {
    this.temps.discard(temp);
  }

  /** Reads stored files, and records their MD5s. */
  digest(keys: readonly string[]): FileFacts[] {
    const files = this.fileCheck.inspect(keys, true);
    for (const [index, { state, md5, mtimeMs }] of files.entries()) {
      if (state === 'present' && md5 !== undefined) this.digests.add(keys[index]!, md5, Math.trunc(mtimeMs));
    }
    return files;
  }

  /** Removes a key's file, if there is one. */
  remove(key: string): void {
    const path = this.fileCheck.locate(key);
    if (path !== undefined) unlinkSync(`${this.#root}/${path}`);
  }

  /**
   * Removes what was stored under these keys at that time or later. No program can set the time of change (ctime). A
   * disk without a ctime returns the mtime instead; then the digest log decides.
   */
  removeSince(
    keys: readonly string[],
    { sinceMs, sinceLogBytes }: { sinceMs: number; sinceLogBytes?: number | undefined },
  ) {
    let recorded: RecentDigests | undefined;
    // All are found before the first is removed: where `a/` lies depends on whether the file `a` is there.
    const paths = keys.map((key) => this.fileCheck.locate(key));
    for (const [index, key] of keys.entries()) {
      const path = paths[index];
      if (path === undefined) continue;
      const full = `${this.#root}/${path}`;
      const stat = statSync(full, { throwIfNoEntry: false });
      // `sinceMs` may come from another disk, whose clock is a tick ahead.
      if (stat === undefined) continue;
      const isLost = isChangeLost(stat);
      if (isLost) this.digests.flush();
      if (isLost) recorded ??= RecentDigests.since(join(this.#root, STATE_FOLDER, 'digests'), sinceLogBytes);
      if (stat.ctimeMs >= sinceMs - CLOCK_TICK_MS || recorded?.has(key)) unlinkSync(full);
    }
  }

  /** From now on a root without this marker is not the volume. */
  mark(marker: Marker, isNew: boolean): void {
    try {
      if (isNew) withSpaceSync(() => writeMarker(this.#root, marker), this.#giveWay);
    } catch (error) {
      // On a full disk the marker may keep the folders of an earlier run: the other markers name all of them.
      if (!isNoSpace(error) || !isMarked(this.#root, marker.id)) throw error;
    }
    this.temps.mark(marker.id);
  }

  close(): void {
    this.digests.close();
    this.#naming.close();
    this.#ownership?.close();
  }

  /** Sets the time of a complete and checked file, then its name. */
  #publish(
    { path: tempPath, fd }: TempFile,
    file: FileSpec,
    { bytes, md5 }: { bytes: number; md5: string },
  ): StoredFile {
    // Whole milliseconds, so that the recorded time and the time on the disk agree.
    const mtimeMs = Math.trunc(file.mtimeMs ?? Date.now());
    // A time out of the disk's range may come back as any other time, perhaps only after the next mount.
    const keptMs = this.#times.keep(mtimeMs);
    let path: string;
    let isEarly = false;
    try {
      try {
        // As a Date: Node takes a negative number for "now".
        futimesSync(fd, new Date(keptMs), new Date(keptMs));
        if (this.#isEachSynced) fsyncSync(fd);
        isEarly = this.#losesChange(fd, keptMs);
      } finally {
        closeSync(fd);
      }
      if (isEarly) this.digests.add(file.key, md5, keptMs);
      if (isEarly) this.digests.flush();
      crashPoint('store.written');
      path = this.#naming.move(tempPath, file.key);
    } catch (error) {
      this.temps.unlink(tempPath);
      throw error;
    }
    crashPoint('store.renamed');
    if (!isEarly) this.digests.add(file.key, md5, keptMs);
    crashPoint('store.digested');
    return { bytes, md5, mtimeMs, path: path === file.key ? undefined : path };
  }

  /** Whether the disk keeps no ctime. Then only the log tells what is new, so its record must come before the file. */
  #losesChange(fd: number, keptMs: number): boolean {
    if (this.#isChangeLost === undefined && Date.now() - keptMs > CLOCK_DOUBT_MS) {
      this.#isChangeLost = isChangeLost(fstatSync(fd));
    }
    return this.#isChangeLost === true;
  }
}

/** The disk returns the mtime as the ctime. */
function isChangeLost({ ctimeMs, mtimeMs }: Stats): boolean {
  return Math.trunc(ctimeMs) === Math.trunc(mtimeMs);
}

/** For a file of the last minute, both may be equal by chance. */
const CLOCK_DOUBT_MS = 60_000;

/** 100 Hz kernels stamp files with the time of their last tick. */
const CLOCK_TICK_MS = 10;

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset);
}

function checkContent(file: FileSpec, size: number, md5: string, body: Uint8Array | Checksum | undefined): void {
  const problem = contentProblem(file, size, md5, body);
  if (problem !== undefined) throw new ContentError(problem.code, problem.message);
}
