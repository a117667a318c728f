/**
 * Memory for bodies that the main thread fills and a disk's thread reads: no copy, no transfer, no garbage. Buddy
 * system (Knowlton 1965): blocks of 4 KiB times a power of two; two free neighbours merge again. The block freed last
 * is used first, so that only as much memory is touched as is in use at once.
 */

/** A page of the operating system: unused pages of a block cost nothing. */
const SMALLEST_BYTES = 4 * 1024;
const WASM_PAGE_BYTES = 64 * 1024;
const NONE = -1;
/** State of the first unit of a block; a block in use stores its order instead. */
const FREE = 0x80;
const INSIDE = 0xff;

/** The largest body that is collected whole before it is stored. */
const LARGEST_BYTES = 1024 * 1024;
/** Bodies of up to {@link LARGEST_BYTES} never use more at once. */
const LIMIT_BYTES = 1024 ** 3;

/** Where a body is in the shared memory; another thread finds it by this. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

export class Arena {
  /** A WebAssembly module can use it, too: the disk's thread hashes bodies in place. */
  readonly memory: WebAssembly.Memory | undefined;
  readonly #buffer: SharedArrayBuffer;
  readonly #largestOrder: number;
  /** One state per unit of the smallest size. */
  readonly #states: Uint8Array;
  /** Free blocks of one order form a list, by their first units. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #heads: Int32Array;
  #usedBytes = 0;

  /**
   * Rounds `largestBytes` up to a power of two, and `bytes` down to a multiple of it. If the process may not have that
   * much, the arena is empty.
   */
  constructor(bytes: number, largestBytes = LARGEST_BYTES) {
    this.#largestOrder = orderOf(Math.max(largestBytes, WASM_PAGE_BYTES));
    const largest = SMALLEST_BYTES * 2 ** this.#largestOrder;
    this.memory = createMemory(Math.floor(Math.min(bytes, LIMIT_BYTES) / largest) * largest);
    // (The types of browsers do not know that the buffer of a shared memory is shared.)
    this.#buffer = (this.memory?.buffer as SharedArrayBuffer | undefined) ?? new SharedArrayBuffer(0);
    const units = this.#buffer.byteLength / SMALLEST_BYTES;
    const unitsOfLargest = largest / SMALLEST_BYTES;
    this.#states = new Uint8Array(units).fill(INSIDE);
    this.#next = new Int32Array(units).fill(NONE);
    this.#previous = new Int32Array(units).fill(NONE);
    this.#heads = new Int32Array(this.#largestOrder + 1).fill(NONE);
    for (let unit = units - unitsOfLargest; unit >= 0; unit -= unitsOfLargest) this.#insert(unit, this.#largestOrder);
  }

  /** Bytes of the blocks in use. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Memory with arbitrary content, to be freed with {@link free}; undefined if none is free, or for 0 bytes. */
  allocate(bytes: number): Uint8Array<SharedArrayBuffer> | undefined {
    if (bytes === 0) return undefined;
    const order = orderOf(bytes);
    let found = order;
    while (found <= this.#largestOrder && this.#heads[found] === NONE) found++;
    if (found > this.#largestOrder) return undefined;
    const unit = this.#heads[found]!;
    this.#remove(unit, found);
    // Splits a block that is too large: its upper halves become free.
    while (found > order) this.#insert(unit + 2 ** --found, found);
    this.#states[unit] = order;
    this.#usedBytes += SMALLEST_BYTES * 2 ** order;
    return new Uint8Array(this.#buffer, unit * SMALLEST_BYTES, bytes);
  }

  /** All reads and writes of this memory must have ended. Throws if it is not in use. */
  free(memory: Uint8Array<SharedArrayBuffer>): void {
    let unit = memory.byteOffset / SMALLEST_BYTES;
    let order = memory.buffer === this.#buffer ? this.#states[unit] : undefined;
    if (order === undefined || order > this.#largestOrder) throw new Error('this memory is not in use');
    this.#usedBytes -= SMALLEST_BYTES * 2 ** order;
    this.#states[unit] = INSIDE;
    while (order < this.#largestOrder) {
      const buddy = unit ^ (2 ** order);
      if (this.#states[buddy] !== (FREE | order)) break;
      this.#remove(buddy, order);
      unit = Math.min(unit, buddy);
      order++;
    }
    this.#insert(unit, order);
  }

  /** Where a body is in the shared memory; undefined if it is elsewhere. */
  placeOf(body: Uint8Array): Place | undefined {
    return body.buffer === this.#buffer ? { offset: body.byteOffset, length: body.length } : undefined;
  }

  #insert(unit: number, order: number): void {
    const head = this.#heads[order]!;
    this.#states[unit] = FREE | order;
    this.#next[unit] = head;
    this.#previous[unit] = NONE;
    if (head !== NONE) this.#previous[head] = unit;
    this.#heads[order] = unit;
  }

  #remove(unit: number, order: number): void {
    const next = this.#next[unit]!;
    const previous = this.#previous[unit]!;
    this.#states[unit] = INSIDE;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous === NONE) this.#heads[order] = next;
    else this.#next[previous] = next;
  }
}

/** Undefined when the address space of the process is limited: V8 reserves some gigabytes for each shared memory. */
function createMemory(bytes: number): WebAssembly.Memory | undefined {
  if (bytes === 0) return undefined;
  const pages = bytes / WASM_PAGE_BYTES;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined;
  }
}

/** The order of the smallest block that holds this many bytes. */
function orderOf(bytes: number): number {
  return Math.max(0, 32 - Math.clz32(Math.ceil(bytes / SMALLEST_BYTES) - 1));
}
