/** One run of `verify`, from its options to its end. It reads disks and source, and changes neither. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import fsExtra from 'fs-extra';
import { type VerifyOptions, verify } from '../../../pipelines/verify.js';
import { TransferError, toTransferError } from '../../errors.js';
import { countEvents } from '../../events/count.js';
import { Gauges } from '../../events/gauges.js';
import { Stats, summarise } from '../../events/stats.js';
import { lockHolder } from '../../journal/lock.js';
import { Limit } from '../../lib/streams/limit.js';
import { anySignal } from '../../lib/streams/signals.js';
import { closeAll } from '../../lib/waiting/close-all.js';
import type { CheckedBy } from '../../model/digest.js';
import type { ObjectEntry } from '../../model/entry.js';
import { createFilter } from '../../model/filter.js';
import { STATE_FOLDER } from '../../model/key.js';
import { NameRules } from '../../model/names/name-rules.js';
import { Concurrency } from '../../pacing/concurrency/concurrency.js';
import { Limits } from '../../pacing/limits/limits.js';
import { Vitals } from '../../pacing/stuck/vitals.js';
import { openDigestIndex } from '../../sinks/digests/digest-index.js';
import { openVolumes, type Volumes } from '../../sinks/disks/volumes.js';
import { KeptTimes } from '../../sinks/state/kept-times.js';
import { checkStateFolder } from '../../sinks/state/state-files.js';
import { createNoSource } from '../../sources/no-source.js';
import { schemeOf } from '../../sources/registry.js';
import type { Source } from '../../sources/source.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { knownSources } from '../plan/folder-source.js';
import { makeTempFolder } from '../plan/temp-folder.js';
import { closing } from '../run/closing.js';
import { tellSilence } from '../run/first-contact.js';
import { RunHealth } from '../run/health/run-health.js';
import { viewOf } from '../run/health/view.js';
import { hurryWhenIdle } from '../run/hurry.js';
import { createPacers } from '../run/pacers.js';
import { failureOf } from '../run/run.js';
import type { RunEnd, RunIo, Running } from '../run/run-io.js';
import { supervise } from '../run/supervise.js';
import { beginWatch, endOf } from '../run/watch/begin-watch.js';
import type { Config } from '../run-options.js';
import { openShare, type Share, type ShareDeps, shareHint } from '../shared/share.js';
import { openInspector } from './inspector.js';
import { openSeen } from './seen-files.js';
import { checkSpace, openHeld } from './verify-held.js';
import { noteVerify } from './verify-note.js';

/** The default without `--concurrency`. */
const QUESTIONS_AT_ONCE = 32;

/** Never rejects: the result holds the error. */
export async function runVerify(
  config: Config,
  { input, output, events, interruption, defect, onStuck, onBegin, onRunning, ...io }: RunIo,
): Promise<RunEnd> {
  const { draining } = interruption;
  const stopped = anySignal(interruption.stopped, defect);
  const stats = new Stats({ isComparison: true });
  const startedAt = new Date().toISOString();
  countEvents(events, stats);
  onBegin(() => summarise(stats));
  const source = io.source ?? sourceOf(config);
  const limitReached = new AbortController();
  const outputClosed = new AbortController();
  const onOutputClosed = (error: Error) => outputClosed.abort(error);
  output.on('error', onOutputClosed);
  const health = new RunHealth({ config, source, stats, events, draining });
  stats.lost = health;
  const view = viewOf(config, source, { health, volumes: () => undefined });
  const watch = await beginWatch(io, { config, source, stats, events, health, view });
  const opened: { close(): Promise<void> }[] = [source];
  let failure: TransferError | undefined;
  const begun: (() => void)[] = [];
  try {
    for (const warning of config.warnings) events.notice('option', warning);
    begun.push(tellSilence({ source, events, isInputSilent: () => config.isInput && stats.found === 0 }));
    begun.push(hurryWhenIdle({ interruption, source, stats, volumes: () => undefined, isQueueAway: () => false }));
    for (const root of config.to) checkStateFolder(root);
    await warnOfWriter(config, events);
    const readers = await openReaders(config, opened);
    const temp = openTemp(config, opened);
    const signal = anySignal(stopped, outputClosed.signal);
    const comparedBy = new WeakMap<ObjectEntry, CheckedBy>();
    const held = config.isInput ? openHeld(temp, opened, { output, stats, comparedBy, signal }) : undefined;
    const { traits } = readers[0]!;
    const rules = traits.map(({ names }) => new NameRules(names));
    const seen = config.isExtra ? openSeen(temp, rules) : undefined;
    const times = traits.map((one) => new KeptTimes(one.times));
    const digests = config.isChecksum
      ? await openDigestIndex(digestLogs(config), { tempFolder: temp, times })
      : undefined;
    if (digests) opened.push(digests);
    const share = await openShareOf(config, { temp, url: source.url, events, signal: anySignal(draining, stopped) });
    if (share) opened.push(share);
    if (seen) opened.push(seen);
    if (!(output as NodeJS.WriteStream).isTTY) void events.emit({ type: 'begin', stats, view });
    const takingUntil = anySignal(draining, limitReached.signal, outputClosed.signal, stopped);
    const filter = createFilter(config);
    const limits = new Limits(config.limits, { signal: takingUntil });
    const pacers = createPacers(config, {
      ...{ source, events, limits, takingUntil, draining: takingUntil },
      concurrency: {
        lists: new Concurrency(config.connections.lists),
        objects: new Concurrency({ max: questions(config), highest: config.connections.objects.max }),
      },
    });
    health.add({ pacers });
    const vitals = new Vitals();
    vitals.add(() => pacers.lists.vital);
    vitals.add(() => pacers.objects.vital);
    // A program that is behind with the findings is no stall.
    vitals.add(() => ({ isBusy: false, isPaused: events.isPaused }));
    const supervised = {
      ...{ config, source, stats, events, vitals, limits, health, gauges: new Gauges() },
      // Reading a large file is no stall, so only requests are supervised.
      volumes: undefined,
      onRunning: (running: Running) =>
        onRunning({ ...running, snapshot: () => ({ ...running.snapshot(), progress: { ...summarise(stats) } }) }),
      signal,
    };
    const comparison: Omit<VerifyOptions, 'signal'> = {
      source,
      stats,
      events,
      output,
      input: config.isInput ? input : undefined,
      walk: {
        ...config,
        signal: takingUntil,
        isPruned: filter.isPruned,
        pacer: pacers.lists,
        probe: pacers.listProbe,
      },
      pacer: pacers.objects,
      until: takingUntil,
      filter,
      limit: config.limit === undefined ? undefined : new Limit(config.limit, () => limitReached.abort()),
      inspector: await openInspector(config, readers, opened),
      isElsewhere: share && ((key) => share.isElsewhere(key)),
      missing: share && ((entry) => share.missing(entry)),
      isVariant: config.variant !== undefined,
      names: config.names,
      isChecksum: config.isChecksum,
      recordedMd5: (volume, key, mtimeMs) => digests?.find(volume, key, mtimeMs),
      onSeen: (volume, path) => seen?.add(volume, path),
      onRead: (bytes) => {
        stats.bytes += bytes;
      },
      onCompared: (by, entry) => {
        stats.checkedBy(by);
        if (held !== undefined) comparedBy.set(entry, by);
      },
      onNoExtra: () => events.notice('extra-unknown', say.jobs.verify.noExtra),
      held,
      openExtra:
        seen && (async () => ({ ...(await seen.open(config)), detail: (key: string) => share?.extraDetail(key) })),
    };
    await supervise(supervised, async (until) => verify({ ...comparison, signal: until })).catch(async (error) => {
      // The stall has ended the comparison. Prints the findings so far.
      if (error.code === 'ERR_STALLED') await held?.publish().catch(() => {});
      throw error;
    });
    const others = share?.summary() ?? shareHint(config, stats);
    if (others !== undefined) events.notice('elsewhere', others);
  } catch (error) {
    // The comparison has not started. When the user stops the run while it asks the queue, that is not a failure.
    const isEnded = draining.aborted && error === draining.reason;
    failure = isEnded ? undefined : (tempFailure(error) ?? toTransferError(error));
  }
  for (const end of begun) end();
  // Threads and indexes first, the directory that they use last.
  const closed = await closing(closeAll(opened, { inOrder: true }), { failure, onStuck });
  const closeFailure = closed === undefined ? undefined : toTransferError(closed);
  health.end();
  const ended = failureOf({ failure, closeFailure, stopped: interruption.stopped, defect });
  const how = endOf(ended, draining.aborted || outputClosed.signal.aborted);
  await watch?.end(how);
  output.off('error', onOutputClosed);
  const about = { startedAt, end: how.state, code: ended?.code, version: io.version } as const;
  await noteVerify(config, { url: source.url, stats, ...about });
  return {
    shared: undefined,
    url: source.url,
    stats,
    failure: ended,
    failures: undefined,
    goneFile: undefined,
    isInterrupted: draining.aborted,
    outputError: outputClosed.signal.reason,
  };
}

/** Requests at once to the source, for facts that neither the lines nor the disks have. */
function questions({ connections: { objects } }: Config): number {
  return objects.isAutomatic ? Math.min(QUESTIONS_AT_ONCE, objects.max) : objects.max;
}

async function openShareOf(config: Config, deps: ShareDeps): Promise<Share | undefined> {
  return config.queue && openShare(config, config.queue, deps);
}

function sourceOf(config: Config): Source {
  if (config.source.bucket !== '') return config.scheme.open(config.source, config);
  // Lines do not say which store they come from, and what an ETag is.
  const schemes = new Set(knownSources(config.to).map((source) => schemeOf(source)));
  return createNoSource(schemes.size === 1 ? [...schemes][0]?.md5OfEtag : undefined);
}

async function warnOfWriter({ to }: Config, events: RunIo['events']): Promise<void> {
  for (const root of to) {
    const holder = await lockHolder(join(root, STATE_FOLDER, 'lock'));
    if (holder) events.notice('volume-in-use', say.jobs.verify.inUse(holder.pid, root));
  }
}

/** As many threads in total as there are processors: one thread hashes about half a gigabyte per second. */
async function openReaders(config: Config, opened: { close(): Promise<void> }[]): Promise<Volumes[]> {
  const readers: Volumes[] = [];
  const count = Math.max(1, Math.floor(availableParallelism() / config.to.length));
  while (readers.length < count) {
    const reader = await openVolumes(config.to, { isReadOnly: true, names: config.names });
    readers.push(reader);
    opened.push(reader);
  }
  return readers;
}

function digestLogs({ to }: Config): string[] {
  return to.map((root) => join(root, STATE_FOLDER, 'digests'));
}

/** For data that does not fit into memory. */
function openTemp({ to, isInput }: Config, opened: { close(): Promise<void> }[]): string {
  // The name starts with the pid of its owner, like all names in that folder.
  const name = `${process.pid}-verify-`;
  const folder = makeTempFolder(to, name, isInput ? checkSpace : undefined);
  opened.push({ close: () => fsExtra.remove(folder) });
  return folder;
}

/** The threads of the volumes report their own errors, so a plain system error is about these files. */
function tempFailure(error: unknown): TransferError | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TransferError || !REFUSALS.has(code ?? '')) return undefined;
  return new TransferError('ERR_STATE', say.jobs.verify.noTemp(systemText(error)), { cause: error });
}

const REFUSALS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);
