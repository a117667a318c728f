/** `list` for programs. */
import { type TransferError, toTransferError } from '../../errors.js';
import { EventBus } from '../../events/bus.js';
import { Limit } from '../../lib/streams/limit.js';
import { anySignal } from '../../lib/streams/signals.js';
import type { ObjectEntry } from '../../model/entry.js';
import { createFilter } from '../../model/filter.js';
import { Concurrency } from '../../pacing/concurrency/concurrency.js';
import { Limits } from '../../pacing/limits/limits.js';
import { ownSource } from '../../sources/own-source.js';
import type { Source } from '../../sources/source.js';
import { listBatches } from '../../stages/list.js';
import { createSelect } from '../../stages/select.js';
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
  let failure: TransferError | undefined;
  try {
    for await (const batch of listBatches(source, { pacer, probe, events, signal, isPruned: filter.isPruned })) {
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
  } finally {
    ended.abort();
    await source.close();
  }
}
