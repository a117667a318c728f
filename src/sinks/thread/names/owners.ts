/**
 * Records which object owns a file, on a disk that takes several names for the same: for each folded path the key that
 * owns the file. A record is two hashes of 8 bytes, in a file of blocks. The first bits of the path's hash select the
 * block. A full block doubles the file, in order, from front to back. A lookup is one read, for any number of files,
 * and memory holds one block. Records are only added: they never change.
 *
 * A record is written before a file gets its name. When a power cut removes the record, the file has no owner: Sluice
 * does not overwrite it, and its object adopts it by its digest or is stored again beside it.
 */
import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';
import { KEY_HASH_BYTES, writeKeyHash } from '../../../lib/record-index/key-hash.js';
import { writeFullySync } from '../../../lib/record-index/record-file.js';
import { codeOf } from '../faults.js';

const RECORD_BYTES = 2 * KEY_HASH_BYTES;
const BLOCK_BYTES = 4_096;
/** Blocks that are copied at a time. */
const BLOCKS_AT_ONCE = 64;

export type Owner = 'self' | 'other' | 'none';

/** Lives in the volume's thread. Throws system errors. */
export class Owners {
  readonly #path: string;
  readonly #isReadOnly: boolean;
  readonly #isSynced: boolean;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  readonly #wanted = Buffer.alloc(RECORD_BYTES);
  #fd: number | undefined;
  #blocks = 0;
  /** The first look found no file, or a damaged one. */
  #isNone = false;

  constructor(path: string, { isReadOnly, isSynced }: { isReadOnly: boolean; isSynced: boolean }) {
    this.#path = path;
    this.#isReadOnly = isReadOnly;
    this.#isSynced = isSynced;
  }

  /** Who owns the file at that path. */
  ownerOf(foldedPath: string, key: string): Owner {
    if (!this.#open()) return 'none';
    this.#want(foldedPath, key);
    this.#read(this.#home());
    const offset = this.#find();
    if (offset < 0 || isFree(this.#block, offset)) return 'none';
    return this.#wanted.compare(this.#block, offset + KEY_HASH_BYTES, offset + RECORD_BYTES, KEY_HASH_BYTES) === 0
      ? 'self'
      : 'other';
  }

  /** Records the owner. Call it only for a path without one. */
  add(foldedPath: string, key: string): void {
    if (!this.#open()) this.#begin();
    this.#want(foldedPath, key);
    for (;;) {
      const home = this.#home();
      this.#read(home);
      const offset = this.#find();
      if (offset >= 0) {
        writeFullySync(this.#fd!, this.#wanted, home * BLOCK_BYTES + offset);
        if (this.#isSynced) fdatasyncSync(this.#fd!);
        return;
      }
      this.#double();
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #want(foldedPath: string, key: string): void {
    writeKeyHash(foldedPath, this.#wanted);
    // A free slot starts with zeros.
    if (isFree(this.#wanted, 0)) this.#wanted[0] = 1;
    writeKeyHash(key, this.#wanted.subarray(KEY_HASH_BYTES));
  }

  /** By the first bits: when the number of blocks doubles, each block becomes two adjacent ones. */
  #home(): number {
    return Math.floor((this.#wanted.readUInt32BE() / 2 ** 32) * this.#blocks);
  }

  #read(block: number): void {
    const length = readSync(this.#fd!, this.#block, 0, BLOCK_BYTES, block * BLOCK_BYTES);
    this.#block.fill(0, length);
  }

  /** The offset of the path's record in the block, or else of the first free slot; -1 = neither. */
  #find(): number {
    const [first, second] = [this.#wanted.readInt32LE(0), this.#wanted.readInt32LE(4)];
    for (let offset = 0; offset < BLOCK_BYTES; offset += RECORD_BYTES) {
      const found = this.#block.readInt32LE(offset);
      if (found === first && this.#block.readInt32LE(offset + 4) === second) return offset;
      if (found === 0 && isFree(this.#block, offset)) return offset;
    }
    return -1;
  }

  /** Whether there is a usable file. */
  #open(): boolean {
    if (this.#fd !== undefined || this.#isNone) return !this.#isNone;
    this.#fd = openIfThere(this.#path, this.#isReadOnly ? 'r' : 'r+');
    this.#blocks = this.#fd === undefined ? 0 : fstatSync(this.#fd).size / BLOCK_BYTES;
    // When the count is not a power of two, the file was cut off, and its blocks cannot be identified.
    this.#isNone = !Number.isInteger(Math.log2(this.#blocks)) || this.#blocks < 1;
    return !this.#isNone;
  }

  #begin(): void {
    this.close();
    this.#fd = openSync(`${this.#path}.new`, 'w+');
    writeFullySync(this.#fd, Buffer.alloc(BLOCK_BYTES), 0);
    this.#publish(1);
    this.#isNone = false;
  }

  #double(): void {
    const old = this.#fd!;
    const target = openSync(`${this.#path}.new`, 'w+');
    try {
      const source = Buffer.allocUnsafeSlow(BLOCKS_AT_ONCE * BLOCK_BYTES);
      for (let first = 0; first < this.#blocks; first += BLOCKS_AT_ONCE) {
        const count = Math.min(BLOCKS_AT_ONCE, this.#blocks - first);
        const filled = readSync(old, source, 0, count * BLOCK_BYTES, first * BLOCK_BYTES);
        source.fill(0, filled);
        writeFullySync(target, split(source, { first, count, blocks: this.#blocks }), 2 * first * BLOCK_BYTES);
      }
    } catch (error) {
      closeSync(target);
      throw error;
    }
    closeSync(old);
    this.#fd = target;
    this.#publish(2 * this.#blocks);
  }

  /** Makes the file durable before it replaces the current one. */
  #publish(blocks: number): void {
    fdatasyncSync(this.#fd!);
    renameSync(`${this.#path}.new`, this.#path);
    this.#blocks = blocks;
  }
}

/** Splits each block into two. */
function split(source: Buffer, { first, count, blocks }: { first: number; count: number; blocks: number }): Buffer {
  const target = Buffer.alloc(2 * count * BLOCK_BYTES);
  const filled = new Uint16Array(2 * count);
  for (let offset = 0; offset < count * BLOCK_BYTES; offset += RECORD_BYTES) {
    if (isFree(source, offset)) continue;
    const home = Math.floor((source.readUInt32BE(offset) / 2 ** 32) * 2 * blocks) - 2 * first;
    // A record in the wrong block is damage.
    if (home >> 1 !== Math.floor(offset / BLOCK_BYTES)) continue;
    source.copy(target, home * BLOCK_BYTES + filled[home]!, offset, offset + RECORD_BYTES);
    filled[home]! += RECORD_BYTES;
  }
  return target;
}

function isFree(block: Buffer, offset: number): boolean {
  return block.readInt32LE(offset) === 0 && block.readInt32LE(offset + 4) === 0;
}

function openIfThere(path: string, flags: string): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
