/** One run, from its options to its end: it opens what it needs, runs the pipeline, and closes everything. */

import { TransferError, toTransferError } from '../../errors.js';
import { countEvents } from '../../events/count.js';
import { Gauges } from '../../events/gauges.js';
import type { FailuresFile } from '../../events/lists/failures.js';
import type { Manifest } from '../../events/lists/manifest.js';
import { type SharedTotals, Stats, summarise } from '../../events/stats.js';
import { acquireLock, type Lock } from '../../journal/lock.js';
import { Arena } from '../../lib/md5/arena.js';
import { anySignal } from '../../lib/streams/signals.js';
import { closeAll } from '../../lib/waiting/close-all.js';
import { Limits } from '../../pacing/limits/limits.js';
import { Vitals } from '../../pacing/stuck/vitals.js';
import type { WorkerSession } from '../../queue/nats/worker/worker-session.js';
import { clearDoubts } from '../../sinks/disks/barrier.js';
import type { VolumeEvent } from '../../sinks/disks/health.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { ownSink } from '../../sinks/own-sink.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { say } from '../../texts/say.js';
import { checkFolderSource, rememberFolderSource } from '../plan/folder-source.js';
import { lockPaths, planJob } from '../plan/plan-job.js';
import { checkRoots, checkStateFiles, leaveOutFull } from '../plan/roots.js';
import { openStateSpace } from '../plan/state-space.js';
import type { Config } from '../run-options.js';
import { isLister, PAGE_FAILURES, settleShared } from '../shared/shared-stats.js';
import { RunAccount } from './account/account.js';
import { closing } from './closing.js';
import { tellSilence } from './first-contact.js';
import { foresee } from './foresee.js';
import { liveOf } from './health/live.js';
import { RunHealth } from './health/run-health.js';
import { viewOf } from './health/view.js';
import { hurryWhenIdle } from './hurry.js';
import { withMissingBytes } from './no-space.js';
import { ResumableJob } from './resumable-job.js';
import { Retried } from './retried.js';
import type { RunEnd, RunIo } from './run-io.js';
import { beginNote, flushOf, limitOf, nameDestination, openLists, printsToTerminal, toldGone } from './run-setup.js';
import { openStore } from './store.js';
import { supervise } from './supervise.js';
import { beginWatch, endOf } from './watch/begin-watch.js';

/** Runs one command. Never rejects: the result holds the error. */
export async function run(
  config: Config,
  { input, output, events, interruption, defect, onStuck, onBegin, onRunning, ...io }: RunIo,
): Promise<RunEnd> {
  // In a shared job the run also finishes its batches, if that takes little time.
  const draining = config.queue === undefined ? interruption.draining : interruption.drainUntil;
  const stopped = anySignal(interruption.stopped, defect);
  const stats = new Stats({ isListOnly: config.command === 'list', isDryRun: config.isDryRun });
  countEvents(events, stats);
  onBegin(() => summarise(stats));
  const limitReached = new AbortController();
  const outputClosed = new AbortController();
  const arena = new Arena(config.command === 'list' || config.isDryRun || io.sink ? 0 : config.bufferBytes);
  const source = io.source ?? config.scheme.open(config.source, { ...config, memory: arena });
  // Close the connections at once, inside the event handler. After an exception during a read, Node does not learn its
  // next read buffer, and the last buffer already belongs to a body.
  defect.addEventListener('abort', () => void source.close(), { once: true });
  const onOutputClosed = (error: Error) => outputClosed.abort(error);
  output.on('error', onOutputClosed);
  const locks: Lock[] = [];
  let volumes: Volumes | undefined;
  const own = io.sink && ownSink(io.sink);
  let manifest: Manifest | undefined;
  let failures: FailuresFile | undefined;
  let job: ResumableJob | undefined;
  let reserved: ReservedSpace | undefined;
  let session: WorkerSession | undefined;
  let retried: Retried | undefined;
  let note: ReturnType<typeof beginNote>;
  let account: RunAccount | undefined;
  let shared: SharedTotals | undefined;
  let failure: TransferError | undefined;

  for (const warning of config.warnings) events.notice('option', warning);
  const isInputSilent = () => config.command === 'fetch' && stats.found === 0;
  const endSilenceNotices = tellSilence({ source, events, isInputSilent });
  const isQueueAway = () => config.queue !== undefined && (session?.nats.isAway ?? true);
  let endForesight = () => {};
  const health = new RunHealth({ config, source, stats, events, draining: interruption.draining });
  stats.lost = health;
  const view = viewOf(config, source, { health, volumes: () => volumes });
  const watch = await beginWatch(io, { config, source, stats, events, health, view });
  const endHurry = hurryWhenIdle({ interruption, source, stats, volumes: () => volumes ?? own, isQueueAway });
  try {
    // Check before creating anything: the disk may be the wrong one. The run reads all this again under the lock.
    checkStateFiles(config);
    planJob(config, source.url);
    await checkRoots(config);
    checkFolderSource(config, source.url, events);
    if (!isLister(config)) config = await leaveOutFull(config, events);
    reserved = openStateSpace(config, events);
    nameDestination(config, source.url, { places: own?.roots ?? config.to, events });
    const name = `sluice ${config.command}${config.queue === undefined ? '' : ' --queue'}`;
    for (const path of lockPaths(config))
      locks.push(await acquireLock(path, name, undefined, reserved?.giveWayFor(path)));
    const plan = planJob(config, source.url);
    if (keepsHistory(config, io)) await watch?.keepIn(config.to[0]!);
    checkFolderSource(config, source.url);
    rememberFolderSource(config, source.url, reserved);
    note = beginNote(config, plan);
    const about = { events, stats, health: () => health.current, url: source.url, version: io.version };
    account = RunAccount.begin(config, { ...about, job: plan?.state.id, startedAt: note?.startedAt });
    interruption.draining.addEventListener('abort', () => note?.interrupt(), { once: true });
    const onEvent = (event: VolumeEvent) => job?.noteVolume(event);
    const { weights } = plan?.state ?? {};
    const opening =
      isLister(config) || own ? undefined : openStore(config, { events, weights, onEvent, arena, reserved });
    // The threads of the disks start while this thread loads its modules.
    const [{ runCommand }] = await Promise.all([import('./run-command.js'), opening]);
    volumes = await opening;
    failures = openLists(config, reserved);
    if (config.manifest !== undefined)
      manifest = (await import('../../events/lists/manifest.js')).Manifest.open(
        config.manifest,
        reserved?.giveWayFor(config.manifest),
      );
    if (plan !== undefined) {
      const flush = flushOf(config, output, manifest);
      const handOver = volumes && (async () => manifest?.handOver());
      job = await ResumableJob.open(plan, { stats, events, volumes, flush, handOver, source, reserved });
    }
    await reserved?.refill(job?.journal.snapshotBytes ?? 0);
    retried = await Retried.open(config, source.url);
    if (volumes !== undefined && !config.isDryRun) clearDoubts(volumes.roots);
    if (!printsToTerminal(config, output)) void events.emit({ type: 'begin', stats, view });
    endForesight = await foresee(config, { source, stats, events, volumes: volumes ?? own, job, plan });
    const limits = new Limits(config.limits, { signal: anySignal(draining, outputClosed.signal, stopped) });
    const common = {
      config,
      source,
      volumes,
      stats,
      events,
      gauges: new Gauges(),
      vitals: new Vitals(),
      limits,
      onRunning,
      health,
      note,
      live: liveOf(stats, view),
    };
    if (config.queue !== undefined) {
      const { openSession } = await import('../shared/join-job.js');
      session = await openSession(config, config.queue, {
        ...common,
        failures,
        manifest,
        reserved,
        signal: anySignal(stopped, outputClosed.signal),
      });
      health.add({ session });
    }
    await watch?.follow(job?.journal);
    await supervise({ ...common, signal: anySignal(stopped, outputClosed.signal) }, (signal) =>
      runCommand(config, {
        ...common,
        source,
        volumes,
        sink: volumes ?? own,
        manifest,
        failures: job ?? (session === undefined ? failures : PAGE_FAILURES),
        job,
        retried,
        queue: session?.queue,
        stats,
        events,
        input,
        output,
        reserved,
        limit: limitOf(config, stats, limitReached),
        takingUntil: anySignal(interruption.draining, limitReached.signal, outputClosed.signal, stopped),
        draining,
        stopTaking: interruption.draining,
        signal,
      }),
    );
    checkCounts(stats, draining);
    if (session !== undefined) shared = await settleShared(session, config, stats);
  } catch (error) {
    failure = withMissingBytes(toTransferError(error), stats);
  }
  endSilenceNotices();
  endForesight();
  endHurry();

  const isComplete = failure === undefined && !interruption.draining.aborted && !outputClosed.signal.aborted;
  const withinTime = <T>(work: Promise<T>) => closing(work, { failure, onStuck });
  const jobFailure = job && (await withinTime(job.end({ isComplete, failures, stats })));
  const isWhole = isComplete && session?.isFirstRun !== false;
  const list = job === undefined && failures && { close: () => failures!.close({ isComplete: isWhole }) };
  await retried?.end({ isComplete });
  const closed = await withinTime(closeAll([source, volumes, own, list, job, manifest, session]));
  const closeFailure = closed === undefined ? jobFailure : toTransferError(closed);
  const ended = failureOf({ failure, closeFailure, stopped: interruption.stopped, defect });
  const isInterrupted = interruption.draining.aborted;
  // A reader that leaves (`| head`) has cut the run off, and nothing has failed.
  const isReaderGone = (outputClosed.signal.reason as NodeJS.ErrnoException | undefined)?.code === 'EPIPE';
  const noted = isReaderGone ? undefined : ended;
  const how = endOf(noted, isInterrupted || outputClosed.signal.aborted);
  await Promise.all([note?.end(how.state, noted), account?.end(how.state, noted)]);
  // A complete list leaves no file besides its state.
  if (config.command === 'list' && isComplete && closeFailure === undefined) reserved?.remove();
  health.end();
  await watch?.end(how);
  for (const lock of locks) lock.release();
  output.off('error', onOutputClosed);
  return {
    url: source.url,
    stats,
    shared,
    failure: ended,
    failures: closeFailure === undefined ? failures?.path : undefined,
    goneFile: closeFailure === undefined && failures ? toldGone(config, stats) : undefined,
    isInterrupted,
    outputError: outputClosed.signal.reason,
  };
}

/** A dry run and a listing write nothing into folders. */
function keepsHistory({ command, isDryRun, to }: Config, { isHistoryKept = true }: Partial<RunIo>): boolean {
  return isHistoryKept && command !== 'list' && !isDryRun && to[0] !== undefined;
}

/** The one error that the run reports. */
export function failureOf({ failure, closeFailure, stopped, defect }: Failures): TransferError | undefined {
  if (defect.aborted) {
    const { stack = String(defect.reason) } = defect.reason as Partial<Error>;
    return new TransferError('ERR_INTERNAL', say.jobs.defect(stack), { cause: defect.reason });
  }
  // An aborted pipeline fails with the reason of the abort, so there is nothing to report.
  return stopped.aborted ? closeFailure : (failure ?? closeFailure);
}

interface Failures {
  failure: TransferError | undefined;
  closeFailure: TransferError | undefined;
  stopped: AbortSignal;
  defect: AbortSignal;
}

/** Every object that the run took must have exactly one outcome. */
function checkCounts({ listed, settled }: Stats, draining: AbortSignal): void {
  if (listed === settled || draining.aborted) return;
  throw new TransferError('ERR_INTERNAL', say.jobs.counts(listed, settled));
}
