/** `list` for programs. */
import { type TransferError, toTransferError } from '../../errors.js';
import { EventBus } from '../../events/bus.js';
import { Limit } from '../../lib/streams/limit.js';
import { anySignal } from '../../lib/streams/signals.js';
import type { ObjectEntry } from '../../model/entry.js';
import { createFilter } from '../../model/filter.js';
import { Concurrency } from '../../pacing/concurrency/concurrency.js';
import { Limits } from '../../pacing/limits/limits.js';
import type { Pacer } from '../../pacing/pacer.js';
import { watch } from '../../pacing/stuck/watchdog.js';
import { activeRequests } from '../../sources/capabilities.js';
import { ownSource } from '../../sources/own-source.js';
import type { Source } from '../../sources/source.js';
import { listBatches } from '../../stages/list.js';
import { createSelect } from '../../stages/select.js';
import { closing } from '../run/closing.js';
import { createPacers } from '../run/pacers.js';
import { configOf, type JobOptions } from './options.js';

export interface ListOptions extends JobOptions {
  /**
   * Called for each folder that cannot be listed, and for each name that cannot be a key. The listing continues.
   * @default the iteration throws the first error of this kind at its end
   */
  onFailure?: (key: string, error: TransferError) => void;
}

/**
 * Yields the objects of a source, unsorted: the order is the order of the server's answers. The listing starts when the
 * caller asks for the first entry, and stays at most a few pages ahead of the caller. When the caller leaves the loop,
 * the listing ends. The end closes the source, also one of your own.
 *
 * ```ts
 * for await (const { key, size } of list('upyun://photos/2017', { credentials })) console.log(key, size);
 * ```
 */
export async function* list(
  from: string | Source,
  { onFailure, ...options }: ListOptions = {},
): AsyncGenerator<ObjectEntry, void, void> {
  const config = configOf('list', { from, options });
  const ended = new AbortController();
  const signal = options.signal === undefined ? ended.signal : anySignal(options.signal, ended.signal);
  const source = typeof from === 'string' ? config.scheme.open(config.source, config) : ownSource(from);
  const events = new EventBus();
  const lists = new Concurrency(config.connections.lists);
  const { lists: pacer, listProbe: probe } = createPacers(config, {
    ...{ source, events },
    limits: new Limits(config.limits, { signal }),
    concurrency: { lists, objects: new Concurrency({ max: 1 }) },
    ...{ takingUntil: signal, draining: signal },
  });
  const filter = createFilter(config);
  const limit = config.limit === undefined ? undefined : new Limit(config.limit, () => ended.abort());
  const select = createSelect({ filter, limit, events });
  const batches = listBatches(source, { pacer, probe, events, signal, isPruned: filter.isPruned });
  let failure: TransferError | undefined;
  let stall: TransferError | undefined;
  try {
    for (;;) {
      // Nothing is watched while the caller does not wait.
      const { done, value: batch } = await watched(batches.next(), { source, pacer, stallMs: config.stallMs });
      if (done) break;
      const { entries, rejects } = select(batch);
      for (const { entry, error } of rejects) {
        if (error.code === 'ERR_NOT_FOUND') continue;
        if (onFailure === undefined) failure ??= toTransferError(error);
        else onFailure(entry.key, error);
      }
      yield* entries;
      if (ended.signal.aborted) break;
    }
    options.signal?.throwIfAborted();
    if (failure !== undefined) throw failure;
  } catch (error) {
    stall = toTransferError(error);
    throw error;
  } finally {
    ended.abort();
    await closing(source.close(), { failure: stall, onStuck: () => {} });
  }
}

/** Waits for the next batch. Rejects with ERR_STALLED when no request moves any more. */
async function watched<T>(
  next: Promise<T>,
  { source, pacer, stallMs }: { source: Source; pacer: Pacer; stallMs: number },
): Promise<T> {
  const isOver = new AbortController();
  const progress = () =>
    pacer.vital.progress! + activeRequests(source).reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
  const isBusy = () => pacer.vital.isBusy && !pacer.vital.isPaused;
  const onStall = () => void source.connections?.recycle();
  try {
    const watching = watch({ stallMs, progress, isBusy, onStall }, isOver.signal);
    return await Promise.race([next, watching.then(() => next)]);
  } finally {
    isOver.abort();
  }
}
