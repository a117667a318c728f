/** The same as `fetch` for a source of many servers: which object goes next is decided for each server on its own. */
import { Duplex } from 'node:stream';
import { toTransferError } from '../errors.js';
import { type Delivery, isResult, type Result } from '../model/batch.js';
import type { Lane } from '../pacing/origins/lane.js';
import type { Lanes } from '../pacing/origins/lanes.js';
import type { Source } from '../sources/source.js';
import { createAttempt, type Fetched } from './fetch.js';

export interface FetchByOriginOptions {
  source: Source;
  lanes: Lanes;
  /** Counts objects that are set aside. */
  intake: { putAside(objects: number): void; asideNotTaken(objects: number): void; readonly isAllGiven: boolean };
}

/** Takes all objects that it gets. Their number is bounded by intake, and by what is set aside. */
export function createFetchByOrigin({ source, lanes, intake }: FetchByOriginOptions): Duplex {
  const attempt = createAttempt(source, source.origins?.get ?? ((...asked) => source.get(...asked)));
  /** Whether the next stage wants more. */
  let isWanted = false;
  let release: (() => void) | undefined;
  let onWanted: (() => void)[] = [];

  const stage = new Duplex({
    objectMode: true,
    writableHighWaterMark: 1,
    readableHighWaterMark: lanes.total,
    write(item: Delivery | Result, _encoding, done) {
      const written = isResult(item) ? give(item) : lanes.put(item);
      if (written !== undefined)
        written.then(
          () => done(),
          (error) => done(toTransferError(error)),
        );
      else if (isWanted || !isResult(item)) done();
      else release = done;
    },
    final(done) {
      // Intake ends when all objects are settled, so none is here any more.
      stage.push(null);
      done();
    },
    read() {
      isWanted = true;
      const waiting = onWanted;
      onWanted = [];
      for (const go of waiting) go();
      const done = release;
      release = undefined;
      done?.();
      lanes.pump();
    },
    destroy(error, done) {
      lanes.close().then(
        () => done(error),
        () => done(error),
      );
    },
  });

  function give(result: Fetched | Result): undefined {
    if (!stage.destroyed) isWanted = stage.push(result);
  }

  async function start(lane: Lane, delivery: Delivery): Promise<void> {
    let isSent = false;
    const onSent = () => {
      isSent = true;
      lanes.sent(lane, delivery);
    };
    const result = await attempt(delivery, lane.pacer!, onSent);
    const returned = lanes.returned(lane, result, isSent);
    if ('movedTo' in returned) await lanes.put(returned.delivery, returned.movedTo);
    else give(returned);
    lanes.freed(lane);
  }

  lanes.connect({
    isAllGiven: () => intake.isAllGiven && stage.writableLength === 0,
    isWanted: () => isWanted && !stage.destroyed,
    wanted: () => (isWanted || stage.destroyed ? undefined : new Promise<void>((go) => onWanted.push(go))),
    start: (lane, delivery) => void start(lane, delivery).catch((error) => stage.destroy(error)),
    give: (result) => {
      give(result);
    },
    fail: (error) => void stage.destroy(error),
    onAside: (objects) => intake.putAside(objects),
    onAsideDropped: (objects) => intake.asideNotTaken(objects),
  });
  return stage;
}
