/** Turns messages to a volume's thread into promises. Those of one turn of the event loop travel together. */
import { Worker } from 'node:worker_threads';
import { localError, type TransferError } from '../../errors.js';
import { say } from '../../texts/say.js';
import { volumeError } from './errors.js';
import type { VolumeBatch, VolumeReply, VolumeRequest, VolumeThreadData } from './messages.js';

export interface AskOptions {
  /** Memory that moves to the thread. */
  transfer?: ArrayBuffer | undefined;
  /** Called with the answer, before the promise resolves. */
  onAnswer?: (reply: VolumeReply) => void;
}

/** The requests that a thread has not answered. */
export interface PortActivity {
  readonly waiting: number;
  /** The oldest of them, and its start (`performance.now()`). */
  readonly oldest: { readonly op: string; readonly sinceMs: number } | undefined;
}

interface Pending {
  op: string;
  sinceMs: number;
  onAnswer: ((reply: VolumeReply) => void) | undefined;
  resolve: (reply: VolumeReply) => void;
  reject: (error: TransferError) => void;
}

/** The callers bound the number of waiting requests. */
export class VolumePort {
  /** Resolves when the thread has made its folders. Rejects when it cannot. */
  readonly ready: Promise<VolumeReply>;
  readonly #root: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #outbox: VolumeRequest[] = [];
  #transfers: ArrayBuffer[] = [];
  #isPressing = false;
  /** Requests that the thread has received and not answered. */
  #unanswered = 0;
  readonly #onNews: (reply: VolumeReply) => void;
  #lastId = 0;
  #death: TransferError | undefined;

  /** `onNews` gets each reply before the promise resolves. */
  constructor(workerData: VolumeThreadData, onNews: (reply: VolumeReply) => void) {
    this.#root = workerData.root;
    this.#onNews = onNews;
    const name = `volume ${workerData.root}`;
    this.#worker = new Worker(new URL('./volume-thread.js', import.meta.url), { workerData, name, ...threadArgs() });
    // The thread's first message answers no request: it has the number 0.
    this.ready = this.#expect(0, 'open');
    this.#worker.on('message', (replies: VolumeReply[]) => this.#receive(replies));
    this.#worker.on('error', (error) => this.#die(say.disks.threadFailed(workerData.root, error.message), error));
    this.#worker.on('exit', () => this.#die(say.disks.threadEnded(workerData.root)));
  }

  /** Sends a request with the others of this turn. */
  ask(request: VolumeRequest, { transfer, onAnswer }: AskOptions = {}): { id: number; done: Promise<VolumeReply> } {
    const id = ++this.#lastId;
    if (this.#death !== undefined) return { id, done: Promise.reject(this.#death) };
    // A piece of a large body gets a message of its own, and must not wait for the write of the piece before.
    this.#isPressing ||= request.op === 'write';
    if (this.#outbox.length === 0 || this.#isPressing) setImmediate(this.#flush);
    this.#outbox.push(request);
    if (transfer !== undefined) this.#transfers.push(transfer);
    return { id, done: this.#expect(id, request.op, onAnswer) };
  }

  get activity(): PortActivity {
    const [oldest] = this.#pending.values();
    return { waiting: this.#pending.size, oldest };
  }

  /** Lets the thread finish its requests, and waits for its end. */
  async close(): Promise<void> {
    if (this.#death !== undefined) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.ask({ op: 'close' }).done;
    await ended;
  }

  #expect(id: number, op: string, onAnswer?: (reply: VolumeReply) => void): Promise<VolumeReply> {
    const sinceMs = performance.now();
    return new Promise((resolve, reject) => this.#pending.set(id, { op, sinceMs, resolve, reject, onAnswer }));
  }

  /** One message for several requests costs less, and a busy thread can wait for it: Nagle's rule (RFC 896). */
  readonly #flush = (): void => {
    if (this.#outbox.length === 0 || (this.#unanswered > 0 && !this.#isPressing)) return;
    this.#isPressing = false;
    this.#unanswered += this.#outbox.length;
    const firstId = this.#lastId - this.#outbox.length + 1;
    this.#worker.postMessage({ firstId, requests: this.#outbox } satisfies VolumeBatch, this.#transfers);
    this.#outbox = [];
    this.#transfers = [];
  };

  #receive(replies: VolumeReply[]): void {
    // The number 0 answers no request.
    this.#unanswered -= replies.filter(({ id }) => id > 0).length;
    // First, so that the thread works while this thread handles the answers.
    this.#flush();
    for (const reply of replies) {
      const waiter = this.#pending.get(reply.id);
      this.#pending.delete(reply.id);
      this.#onNews(reply);
      waiter?.onAnswer?.(reply);
      if (reply.fault === undefined) waiter?.resolve(reply);
      else waiter?.reject(volumeError(reply.fault, this.#root));
    }
  }

  #die(text: string, cause?: unknown): void {
    this.#death ??= localError('ERR_VOLUME', text, cause);
    for (const { reject } of this.#pending.values()) reject(this.#death);
    this.#pending.clear();
  }
}

/**
 * A thread takes the flags of its process. `--input-type` is about the entry point of the process, and Node refuses it for
 * a thread that runs a file: such a process gives its threads no flags.
 */
function threadArgs(): { execArgv?: string[] } {
  return process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {};
}
