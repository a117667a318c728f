/** A run, as a program sees it. */

import type { EventBus } from '../../events/bus.js';
import { EVENT_TYPES, type EventType, type SluiceEvent } from '../../events/event.js';
import type { Picture } from '../../events/picture/picture.js';
import type { LimitsChange } from '../../events/picture/watch.js';
import type { Summary } from '../../events/stats.js';
import type { Remote } from './remote.js';

/** Events that may wait for the reader. From this number on, an object's event pauses the run. */
const WAITING_LIMIT = 256;

/**
 * A promise of the summary. It rejects with a TransferError when the run cannot finish. It is also an async iterable of
 * the run's events: the iteration ends with the run, and throws the error that the promise rejects with.
 *
 * ```ts
 * const job = mirror('upyun://photos', './photos', { credentials });
 * for await (const event of job) if (event.type === 'failure') console.error(event.key, event.error.code);
 * const { stored, failed } = await job;
 * ```
 */
export interface Job extends Promise<Summary>, AsyncIterable<SluiceEvent> {
  /**
   * The events of these types only. The run does not build other events, so they cost nothing. A reader that is slow, or
   * stops, pauses the run: leave the loop, or call `return()` of the iterator, when you need no more events.
   */
  events<Type extends EventType>(...types: Type[]): AsyncIterable<Extract<SluiceEvent, { type: Type }>>;
  /** Takes no new objects, finishes those in flight, and ends with the summary. The job's next run resumes. */
  stop(): void;
  /** The current counts. */
  snapshot(): Summary;
  /** Starts no new request until {@link Job.resume}; what is under way is finished. `by`: who asked, for the notice. */
  pause(by?: string): void;
  resume(by?: string): void;
  /**
   * Changes the limits that are named; null = no limit any more (for `concurrency`: what the options say). Throws a
   * ConfigError when one is wrong.
   */
  setLimits(limits: LimitsChange, by?: string): void;
  /** What the job does now, in detail. Undefined until the run has begun. */
  picture(): Picture | undefined;
}

export interface JobParts {
  events: EventBus;
  /** Starts the run. */
  run: () => Promise<Summary>;
  stop: () => void;
  snapshot: () => Summary;
  remote: Remote;
}

/** The run starts in the next turn of the event loop, so the caller misses no event. */
export function createJob({ events: bus, run, stop, snapshot, remote }: JobParts): Job {
  const done = new Promise<void>((resolve) => setImmediate(resolve)).then(run);
  const events = <Type extends EventType>(...types: Type[]) =>
    read(bus, types, done) as AsyncIterable<Extract<SluiceEvent, { type: Type }>>;
  return {
    // biome-ignore lint/suspicious/noThenProperty: a job is a promise of its summary
    then: (onFulfilled, onRejected) => done.then(onFulfilled, onRejected),
    catch: (onRejected) => done.catch(onRejected),
    finally: (onFinally) => done.finally(onFinally),
    [Symbol.toStringTag]: 'Job',
    [Symbol.asyncIterator]: () => events(...EVENT_TYPES)[Symbol.asyncIterator](),
    events,
    stop,
    snapshot,
    pause: (by) => remote.pause(by),
    resume: (by) => remote.resume(by),
    setLimits: (limits, by) => remote.setLimits(limits, by),
    picture: () => remote.picture(),
  };
}

/** Listens from this call on, not from the first read on. */
function read(bus: EventBus, types: readonly EventType[], done: Promise<unknown>): AsyncIterable<SluiceEvent> {
  const waiting: SluiceEvent[] = [];
  let wake: (() => void) | undefined;
  let caughtUp: { promise: Promise<void>; resolve: () => void } | undefined;
  let isOver = false;
  let isLeft = false;
  const end = bus.on(types, (event) => {
    // A newer progress event replaces the one before it.
    const last = waiting.at(-1);
    if (event.type === 'progress' && last?.type === 'progress') waiting.pop();
    if (waiting.length < WAITING_LIMIT || !joined(waiting, event)) waiting.push(event);
    wake?.();
    if (waiting.length < WAITING_LIMIT) return undefined;
    caughtUp ??= withResolvers();
    return caughtUp.promise;
  });
  const over = () => {
    isOver = true;
    wake?.();
  };
  // `await done` below throws the error of the run.
  done.then(over, over);
  const leave = () => {
    isLeft = true;
    end();
    caughtUp?.resolve();
    wake?.();
  };

  async function* events(): AsyncGenerator<SluiceEvent, void, void> {
    try {
      for (;;) {
        while (waiting.length > 0) {
          yield waiting.shift()!;
          if (waiting.length > WAITING_LIMIT / 2) continue;
          caughtUp?.resolve();
          caughtUp = undefined;
        }
        if (isLeft) return;
        if (isOver) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      await done;
    } finally {
      leave();
    }
  }
  const generator = events();
  const iterator: AsyncIterator<SluiceEvent, void, void> = {
    next: () => generator.next(),
    return() {
      // A generator that was never read does not reach its `finally`; one that waits reaches it too late.
      leave();
      return generator.return();
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** Adds the numbers of an event that cannot pause the run to a waiting one of its kind, so that they stay bounded. */
function joined(waiting: SluiceEvent[], event: SluiceEvent): boolean {
  for (const [index, one] of waiting.entries()) {
    if (event.type === 'found' && one.type === 'found') {
      waiting[index] = { ...one, objects: one.objects + event.objects, bytes: one.bytes + event.bytes };
      return true;
    }
    if (event.type === 'left-out' && one.type === 'left-out' && one.reason === event.reason) {
      waiting[index] = { ...one, objects: one.objects + event.objects };
      return true;
    }
  }
  return false;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
