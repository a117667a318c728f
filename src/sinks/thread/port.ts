/** The line to a volume's thread: promises out of messages, which travel in one batch per turn of the event loop. */
import { Worker } from 'node:worker_threads';
import { localError, type TransferError } from '../../errors.js';
import { volumeError } from './errors.js';
import type { VolumeBatch, VolumeReply, VolumeRequest, VolumeThreadData } from './messages.js';

export interface AskOptions {
  /** Memory that moves to the thread. */
  transfer?: ArrayBuffer | undefined;
  /** Called with the answer, before anyone who waits for the promise goes on. */
  onAnswer?: (reply: VolumeReply) => void;
}

/** What a thread has been asked for and has not answered. */
export interface PortActivity {
  readonly waiting: number;
  /** The oldest of them, and since when (`performance.now()`). */
  readonly oldest: { readonly op: string; readonly sinceMs: number } | undefined;
}

interface Pending {
  op: string;
  sinceMs: number;
  onAnswer: ((reply: VolumeReply) => void) | undefined;
  resolve: (reply: VolumeReply) => void;
  reject: (error: TransferError) => void;
}

/** The number waiting for an answer is bounded by those who ask. */
export class VolumePort {
  /** The thread has made its folders, or has said why it cannot. */
  readonly ready: Promise<VolumeReply>;
  readonly #root: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #outbox: VolumeRequest[] = [];
  #transfers: ArrayBuffer[] = [];
  #isPressing = false;
  /** Requests that the thread has been sent and has not answered. */
  #unanswered = 0;
  readonly #onNews: (reply: VolumeReply) => void;
  #lastId = 0;
  #death: TransferError | undefined;

  /** `onNews` sees each reply before it is an answer. */
  constructor(workerData: VolumeThreadData, onNews: (reply: VolumeReply) => void) {
    this.#root = workerData.root;
    this.#onNews = onNews;
    const name = `volume ${workerData.root}`;
    // What this process was started with (`--input-type`, say) is about its own entry point.
    this.#worker = new Worker(new URL('./volume-thread.js', import.meta.url), { workerData, name, execArgv: [] });
    // The thread's first word answers no request: it has the number 0.
    this.ready = this.#expect(0, 'open');
    this.#worker.on('message', (replies: VolumeReply[]) => this.#receive(replies));
    this.#worker.on('error', (error) => this.#die(`its thread failed: ${error.message}`, error));
    this.#worker.on('exit', () => this.#die('its thread has ended'));
  }

  /** Sends a request with the rest of this turn's. */
  ask(request: VolumeRequest, { transfer, onAnswer }: AskOptions = {}): { id: number; done: Promise<VolumeReply> } {
    const id = ++this.#lastId;
    if (this.#death !== undefined) return { id, done: Promise.reject(this.#death) };
    // A piece of a large body is worth a message of its own, and must not wait for the one before to be written.
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

  /** Lets the thread finish what it was asked for and waits for its end. */
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

  /** What is asked for together costs less, and a thread that is at work can wait for it: Nagle's rule (RFC 896). */
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
    // The number 0 answers nobody.
    this.#unanswered -= replies.filter(({ id }) => id > 0).length;
    // Before anything else, so that the thread works while this one looks at the answers.
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

  #die(why: string, cause?: unknown): void {
    this.#death ??= localError('ERR_VOLUME', `${this.#root}: ${why}`, cause);
    for (const { reject } of this.#pending.values()) reject(this.#death);
    this.#pending.clear();
  }
}
