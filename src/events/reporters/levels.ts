/** How serious an event is. A log shows it in each line, and JSON as `level`. */
import type { StateEvent } from '../event.js';
import type { HealthState } from '../health/health.js';
import type { NoticeCode, NoticeTopic } from '../notices.js';

/**
 * `error`: an object failed, or the run ends. `warn`: the copy is affected, or the user has to do something. `info`: all
 * else. The names are a contract.
 */
export type Level = 'info' | 'warn' | 'error';

/** The copy does not get on, or not as it could, and the user may have to do something. */
const BAD_STATES: ReadonlySet<HealthState> = new Set([
  'throttled',
  'banned',
  'unreachable',
  'waiting-disk',
  'stalled',
  'interrupted',
]);

/** Notice code → level. */
const LEVELS = {
  advice: 'info',
  destination: 'info',
  'signed-urls': 'info',
  option: 'warn',
  'terminal-input': 'info',
  interrupted: 'warn',
  'limits-reread': 'info',
  'config-not-taken': 'warn',
  paused: 'info',
  resumed: 'info',
  'limits-changed': 'info',
  'no-answer-yet': 'warn',
  'no-input-yet': 'warn',
  'origin-down': 'warn',
  'origin-up': 'info',
  'host-down': 'warn',
  'host-up': 'info',
  'host-given-up': 'warn',
  stalled: 'warn',
  'open-files': 'warn',
  'log-file': 'warn',
  job: 'info',
  'folder-too-large': 'warn',
  'not-flushed': 'warn',
  'other-source': 'warn',
  'volume-left-out': 'warn',
  'state-room': 'warn',
  volume: 'warn',
  disk: 'warn',
  forecast: 'warn',
  'volume-in-use': 'warn',
  'extra-unknown': 'warn',
  elsewhere: 'info',
  'job-incomplete': 'warn',
  'older-parts': 'warn',
  'queue-away': 'warn',
  'queue-back': 'info',
  'queue-joined': 'info',
  'queue-set-aside': 'warn',
  'queue-tables': 'warn',
  'queue-limits': 'warn',
  'queue-waits': 'info',
  'queue-relisted': 'info',
  'queue-returned': 'warn',
  'folder-grew': 'info',
  'worker-full': 'warn',
  'worker-has-room': 'info',
  'all-full': 'warn',
  banned: 'warn',
  alert: 'warn',
  dashboard: 'warn',
  report: 'info',
  'no-report': 'warn',
} as const satisfies Record<NoticeCode, Level>;

/** Topics of a code that are less serious than the rest of it. */
const TOPIC_LEVELS: { readonly [Topic in NoticeTopic]?: Level } = { back: 'info' };

/** The level of a notice. */
export function levelOf(code: NoticeCode, about?: NoticeTopic): Level {
  return (about && TOPIC_LEVELS[about]) ?? LEVELS[code];
}

/** Each run that goes well begins and ends so: no line on stderr says it. */
export function isRoutine({ health, previous }: Pick<StateEvent, 'health' | 'previous'>): boolean {
  return health.state === 'finishing' || (health.state === 'healthy' && previous?.state === 'starting');
}

/** The level of a change to this state. */
export function levelOfState(state: HealthState): Level {
  return BAD_STATES.has(state) ? 'warn' : 'info';
}
