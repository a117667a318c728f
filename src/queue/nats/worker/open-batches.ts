/**
 * Notes of the batches that this machine has begun and not finished: one small file per batch, on the disk of the
 * objects. After a kill they say what to finish here, or what to delete because another machine has finished it.
 */
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { localError, type TransferError } from '../../../errors.js';
import { type GiveWay, isNoSpace, withSpace } from '../../../lib/files/with-space.js';
import { crashPoint } from '../../../lib/process/crash-point.js';
import { say } from '../../../texts/say.js';
import { type BatchContent, decodeBatch, encodeBatch } from '../connection/messages.js';

/** When a batch was begun: what is stored of it is not older. */
export interface Opening {
  /**
   * By the clock of the disk, since the mtimes of files come from it. A file server has its own clock, and the
   * kernel's timestamps may lag behind the clock of the process.
   */
  readonly atMs: number;
  /** Length in bytes of each volume's digest log, for disks that do not keep when a file was changed. */
  readonly logBytes: Readonly<Record<string, number>>;
}

export interface OpenBatch {
  readonly content: BatchContent;
  readonly opening: Opening;
  /** Lines for the failures file; empty until all objects of the batch are settled. */
  readonly failureLines: readonly string[];
}

type Noted = Omit<OpenBatch, 'opening'> & { readonly opening?: Opening };

interface OpenBatchesOptions {
  /** The notes have to survive a power cut. */
  isSynced: boolean;
  /** Makes room for a note when the disk is full. */
  giveWay?: GiveWay | undefined;
  /** See {@link Opening}. */
  logBytes?: (() => Promise<Readonly<Record<string, number>>>) | undefined;
}

const SUFFIX = '.json';

export class OpenBatches {
  readonly #folder: string;
  readonly #isSynced: boolean;
  readonly #giveWay: GiveWay | undefined;
  readonly #logBytes: () => Promise<Readonly<Record<string, number>>>;

  constructor(folder: string, { isSynced, giveWay, logBytes = async () => ({}) }: OpenBatchesOptions) {
    this.#folder = folder;
    this.#logBytes = logBytes;
    this.#isSynced = isSynced;
    this.#giveWay = giveWay;
  }

  /**
   * Reads the notes of earlier runs. A truncated note belongs to a batch without stored objects; Sluice deletes it.
   * Rejects with ERR_STATE.
   */
  async read(): Promise<OpenBatch[]> {
    const found: OpenBatch[] = [];
    try {
      await withSpace(() => mkdir(this.#folder, { recursive: true }), this.#giveWay);
      for (const name of await readdir(this.#folder)) {
        const path = join(this.#folder, name);
        const batch = name.endsWith(SUFFIX) ? parse(await readBatch(path)) : undefined;
        if (batch === undefined) await rm(path, { force: true });
        else found.push(batch);
      }
    } catch (error) {
      throw unusable(this.#folder, error);
    }
    return found;
  }

  /**
   * Writes the note before any object of the batch is stored. Undefined when the disk has no room for it. Rejects with
   * ERR_STATE.
   */
  begin(content: BatchContent): Promise<OpenBatch | undefined> {
    return this.#write({ content, failureLines: [] });
  }

  /** Rewrites the note when the batch is settled with failures. Rejects with ERR_STATE. */
  async save(batch: OpenBatch): Promise<void> {
    await this.#write(batch);
  }

  async #write(batch: Noted): Promise<OpenBatch | undefined> {
    const path = this.#pathOf(batch.content.key);
    try {
      const opening = await withSpace(() => this.#put(`${path}.new`, batch), this.#giveWay);
      await rename(`${path}.new`, path);
      crashPoint('batch.noted');
      return { ...batch, opening };
    } catch (error) {
      await rm(`${path}.new`, { force: true }).catch(() => {});
      if (isNoSpace(error)) return undefined;
      throw unusable(path, error);
    }
  }

  async #put(path: string, { content, opening, failureLines }: Noted): Promise<Opening> {
    const file = await open(path, 'w');
    try {
      // The mtime of a file just created or truncated is the time of that disk.
      const begun = opening ?? { atMs: (await file.stat()).mtimeMs, logBytes: await this.#logBytes() };
      const head = JSON.stringify({ at: begun.atMs, f: failureLines, d: begun.logBytes });
      await file.writeFile(`${head}\n${encodeBatch(content)}`);
      if (this.#isSynced) await file.datasync();
      return begun;
    } finally {
      await file.close();
    }
  }

  /** Removes the note: the batch is committed or requeued. Rejects with ERR_STATE. */
  async remove(key: string): Promise<void> {
    try {
      await rm(this.#pathOf(key), { force: true });
    } catch (error) {
      throw unusable(this.#pathOf(key), error);
    }
  }

  /** Removes the folder of the job if it is empty. */
  async close(): Promise<void> {
    await rmdir(this.#folder).catch(() => {});
  }

  #pathOf(key: string): string {
    return join(this.#folder, key + SUFFIX);
  }
}

/** No NATS server takes a message of that size. */
const BATCH_LIMIT_BYTES = 64 * 1024 * 1024;

/** Returns an empty buffer for a file of zeros of any length: it holds no batch. */
async function readBatch(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 0);
    if (size > BATCH_LIMIT_BYTES || buffer[0] !== OPENING_BRACE) return Buffer.alloc(0);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const OPENING_BRACE = 0x7b;

function parse(bytes: Buffer): OpenBatch | undefined {
  const end = bytes.indexOf(0x0a);
  if (end === -1) return undefined;
  try {
    const { at, f, d } = JSON.parse(bytes.subarray(0, end).toString());
    if (typeof at !== 'number' || !Array.isArray(f)) return undefined;
    const opening = { atMs: at, logBytes: Object.fromEntries(Object.entries(d ?? {}).filter(isLength)) };
    return { content: decodeBatch(bytes.subarray(end + 1)), opening, failureLines: f.map(String) };
  } catch {
    return undefined;
  }
}

function isLength(entry: [string, unknown]): entry is [string, number] {
  return Number.isSafeInteger(entry[1]);
}

function unusable(path: string, error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return localError('ERR_STATE', say.queue.machine.batchFile(path, why), error);
}
