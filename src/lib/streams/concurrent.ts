/**
 * The one concurrent stage: an unordered, bounded Duplex around an async function. Node's own helpers keep the order,
 * so one slow item stalls the rest. This stage passes on each result as soon as it is ready.
 */
import { Duplex } from 'node:stream';

export interface ConcurrentOptions {
  /** Maximum number of running items; a function if it changes. */
  concurrency: number | (() => number);
  /** Called once with a function; call that function when the number has grown. */
  onGrowth?: (proceed: () => void) => void;
  /** Results that may wait for the next stage before new work stops (default: the first value of `concurrency`). */
  highWaterMark?: number;
}

/**
 * Runs `work` on up to `concurrency` items at once. While the next stage does not read, no new work starts: at most `2
 * × concurrency + highWaterMark` items are inside the stage. An exception in `work` destroys the stage; an expected
 * failure must be a value.
 */
export function concurrent<In, Out>(work: (item: In) => Promise<Out> | Out, options: ConcurrentOptions): Duplex {
  const { concurrency } = options;
  const limit = typeof concurrency === 'number' ? () => concurrency : concurrency;
  const { highWaterMark = limit() } = options;
  let active = 0;
  /**
   * Whether the next stage wants more. Node calls `read` before it removes an item, so the buffer's length does not
   * help.
   */
  let isWanted = false;
  /** The callback of a write that waits for room. The writable side sends nothing more until it is called. */
  let release: (() => void) | undefined;
  let finish: (() => void) | undefined;

  const stage = new Duplex({
    objectMode: true,
    writableHighWaterMark: 1,
    readableHighWaterMark: highWaterMark,
    write(item: In, _encoding, done) {
      begin(item);
      if (hasRoom()) done();
      else release = done;
    },
    final(done) {
      if (active === 0) end(done);
      else finish = () => end(done);
    },
    read() {
      isWanted = true;
      proceed();
    },
  });

  function hasRoom(): boolean {
    return active < limit() && isWanted;
  }

  function proceed(): void {
    if (release === undefined || !hasRoom()) return;
    const done = release;
    release = undefined;
    done();
  }

  function begin(item: In): void {
    active++;
    let result: Promise<Out> | Out;
    try {
      result = work(item);
    } catch (error) {
      stage.destroy(error as Error);
      return;
    }
    if (result instanceof Promise) result.then(settled, (error) => stage.destroy(error));
    else settled(result);
  }

  function settled(result: Out): void {
    active--;
    if (stage.destroyed) return;
    isWanted = stage.push(result);
    if (active === 0 && finish !== undefined) finish();
    else proceed();
  }

  function end(done: () => void): void {
    stage.push(null);
    done();
  }

  options.onGrowth?.(proceed);
  return stage;
}
