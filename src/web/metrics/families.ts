/** All metrics of a job, out of its picture. Their names are a contract: dashboards and alert rules have them. */
import { HEALTH_STATES } from '../../events/health/health.js';
import type { MachinePicture, Picture, VolumePicture } from '../../events/picture/picture.js';
import { troubleOf } from '../trouble.js';
import { each, type Family, one, type Sample, stateOf } from './samples.js';

type Samples = (picture: Picture) => readonly Sample[];

const gauge = (name: string, help: string, samples: Samples, ...labels: string[]): Family => ({
  ...{ type: 'gauge', name, help, labels, samples },
});
const counter = (name: string, help: string, samples: Samples, ...labels: string[]): Family => ({
  ...{ type: 'counter', name, help, labels, samples },
});

const age = ({ atMs }: Picture, thenMs: number | undefined) =>
  thenMs === undefined ? undefined : Math.max(0, atMs - thenMs) / 1000;

const JOB: readonly Family[] = [
  gauge(
    'job_info',
    'Always 1. Its labels say what the job is.',
    ({ version, command, source }) => [{ labels: { version, command, source }, value: 1 }],
    ...['version', 'command', 'source'],
  ),
  gauge('job_runs', 'Runs of the job so far, with this one.', ({ runs }) => one(runs)),
  gauge('start_timestamp_seconds', 'When the job began, in its first run.', ({ startedAtMs }) =>
    one(startedAtMs / 1000),
  ),
  gauge('run_start_timestamp_seconds', 'When this run began.', ({ runStartedAtMs }) =>
    one(runStartedAtMs && runStartedAtMs / 1000),
  ),
  gauge('running', '1 while a process works on the job.', ({ phase }) => one(phase === 'running')),
  gauge('paused', '1 while the user has paused the run.', ({ isPaused }) => one(isPaused)),
  gauge(
    'health_state',
    '1 for the state of the run now.',
    ({ health }) => stateOf(Object.keys(HEALTH_STATES), health.state),
    'state',
  ),
  gauge('in_trouble', '1 while the run needs help from outside, as /healthz says.', (picture) =>
    one(troubleOf(picture) !== undefined),
  ),
  gauge('health_state_seconds', 'How long the run has been in its state.', (picture) =>
    one(age(picture, picture.health.sinceMs)),
  ),
];

const PROGRESS: readonly Family[] = [
  counter(
    'objects_total',
    'Objects of the job by their outcome.',
    ({ outcomes }) => each('status', Object.entries(outcomes)),
    'status',
  ),
  counter('found_objects_total', 'Objects that the listing or the input has named.', ({ progress }) =>
    one(progress.found),
  ),
  counter('received_bytes_total', 'Bytes of objects that have arrived.', ({ progress }) => one(progress.bytes)),
  counter(
    'failures_total',
    'Objects that failed after their last attempt, by code.',
    ({ codes }) => each('code', Object.entries(codes)),
    'code',
  ),
  counter(
    'retries_total',
    'Attempts of this run that failed, by code.',
    ({ requests }) => each('code', Object.entries(requests.retriesByCode)),
    'code',
  ),
  counter(
    'checked_objects_total',
    'Stored objects by what their content was checked by.',
    ({ checkedBy }) => each('by', Object.entries(checkedBy ?? {})),
    'by',
  ),
  gauge('expected_objects', 'Objects in all, if that is known or can be estimated.', ({ progress }) =>
    one(progress.total),
  ),
  gauge('expected_bytes', 'Bytes in all, if that is known or can be estimated.', ({ progress }) =>
    one(progress.totalBytes),
  ),
  gauge('progress_ratio', 'The share that is done, from 0 to 1.', ({ progress }) => one(progress.share)),
  gauge('remaining_seconds', 'Time that is left at the speed of the last minutes.', ({ progress }) =>
    one(progress.secondsLeft),
  ),
];

const REQUESTS: readonly Family[] = [
  gauge(
    'requests',
    'Requests on their way now.',
    ({ requests }) =>
      each('of', [
        ['objects', requests.objects],
        ['listings', requests.listings],
      ]),
    'of',
  ),
  gauge(
    'requests_allowed',
    'Requests that may be on their way at once now.',
    ({ requests }) =>
      each('of', [
        ['objects', requests.objectsLimit],
        ['listings', requests.listingsLimit],
      ]),
    'of',
  ),
  gauge('limit_bytes_per_second', 'The limit of the user. None: no limit.', ({ limits }) => one(limits.bytesPerSecond)),
  gauge('limit_objects_per_second', 'The limit of the user. None: no limit.', ({ limits }) =>
    one(limits.objectsPerSecond),
  ),
  gauge('limit_listings_per_second', 'The limit of the user. None: no limit.', ({ limits }) =>
    one(limits.listsPerSecond),
  ),
  gauge('limit_concurrency', 'The most requests for objects at once.', ({ limits }) => one(limits.concurrency)),
];

const ofVolume = (name: string, help: string, read: (volume: VolumePicture) => number | undefined): Family =>
  gauge(
    name,
    help,
    ({ volumes }) =>
      each(
        'volume',
        volumes.map((volume) => [volume.root, read(volume)]),
      ),
    'volume',
  );

const STORAGE: readonly Family[] = [
  ofVolume('volume_in', '1 while the volume takes files, 0 when it is full or out.', ({ state }) =>
    Number(state === 'in'),
  ),
  ofVolume('volume_full', '1 when the volume is full.', ({ state }) => Number(state === 'full')),
  ofVolume('volume_free_bytes', 'Free space of the volume.', ({ freeBytes }) => freeBytes),
  ofVolume('volume_size_bytes', 'Size of the volume.', ({ totalBytes }) => totalBytes),
  ofVolume(
    'volume_until_full_seconds',
    'Time until the volume is full, at the rate of the last minutes.',
    ({ secondsUntilFull }) => secondsUntilFull,
  ),
  gauge('checkpoint_age_seconds', 'Time since the journal last said what is done.', (picture) =>
    one(age(picture, picture.checkpointAtMs)),
  ),
  gauge('journal_size_bytes', 'Size of the journal.', ({ journalBytes }) => one(journalBytes)),
];

const ofMachine = (
  make: typeof gauge,
  name: string,
  help: string,
  read: (machine: MachinePicture, picture: Picture) => number | undefined,
): Family =>
  make(
    name,
    help,
    (picture) =>
      each(
        'machine',
        (picture.machines ?? []).map((machine) => [machine.name, read(machine, picture)]),
      ),
    'machine',
  );

/** With `--queue`. Each machine shows all of them. */
const MACHINES: readonly Family[] = [
  gauge('machines', 'Machines of the job that send heartbeats.', ({ machines }) =>
    one(machines?.filter(({ isLost, isDone }) => !isLost && !isDone).length),
  ),
  gauge('machines_lost', 'Machines of the job that are lost.', ({ machines }) =>
    one(machines?.filter(({ isLost }) => isLost).length),
  ),
  gauge('queue_held_objects', 'Objects that machines hold now.', ({ machines }) =>
    one(machines?.reduce((sum, { holds }) => sum + holds, 0)),
  ),
  ofMachine(gauge, 'machine_lost', '1 when the machine is lost.', ({ isLost }) => Number(isLost)),
  ofMachine(gauge, 'machine_heartbeat_age_seconds', 'Time since its last heartbeat.', ({ seenAtMs }, picture) =>
    age(picture, seenAtMs),
  ),
  ofMachine(gauge, 'machine_held_objects', 'Objects that the machine holds now.', ({ holds }) => holds),
  ofMachine(counter, 'machine_stored_objects_total', 'Objects that the machine has stored.', ({ stored }) => stored),
  ofMachine(counter, 'machine_failed_objects_total', 'Objects that failed on the machine.', ({ failed }) => failed),
  ofMachine(counter, 'machine_received_bytes_total', 'Bytes that the machine has received.', ({ bytes }) => bytes),
];

export const FAMILIES: readonly Family[] = [...JOB, ...PROGRESS, ...REQUESTS, ...STORAGE, ...MACHINES];
