/** What a run shows of itself to other processes: the numbers and the health of a screen, in the note of the run. */
import { HEALTH_REASONS, HEALTH_STATES, type Health } from '../../../events/health/health.js';
import { createRunMeter, type Progress } from '../../../events/rate.js';
import type { RunView } from '../../../events/run-view.js';
import type { Stats } from '../../../events/stats.js';

export interface Live extends Progress {
  /** When it was noted. ISO 8601. */
  readonly at: string;
  readonly health: Health;
  readonly throttledSeconds: number;
}

/** Reads the present values; call it every second or so. */
export function liveOf(stats: Stats, view: RunView): () => Live {
  const meter = createRunMeter(stats, view);
  return () => ({
    at: new Date().toISOString(),
    health: view.health(),
    throttledSeconds: Math.round(view.throttledMs() / 1000),
    ...meter(),
  });
}

/** Undefined when a build of another version, or something else, has written it. */
export function readLive(noted: unknown): Live | undefined {
  if (!isTable(noted) || !isTable(noted.health) || !hasKinds(noted) || !hasKinds(noted.health)) return undefined;
  const { at, health, done } = noted as Partial<Live>;
  const { state = '', reason = '', sinceMs } = health as Partial<Health>;
  const isOne = at !== undefined && !Number.isNaN(Date.parse(at)) && done !== undefined && sinceMs !== undefined;
  return isOne && Object.hasOwn(HEALTH_STATES, state) && Object.hasOwn(HEALTH_REASONS, reason)
    ? (noted as unknown as Live)
    : undefined;
}

const NUMBERS = [
  ...['found', 'foundPerSecond', 'listed', 'done', 'failed', 'gone', 'retries', 'bytes', 'objectsPerSecond'],
  ...['bytesPerSecond', 'total', 'totalBytes', 'doneBytes', 'share', 'secondsLeft', 'secondsUntilFull'],
  ...['unreachableSinceMs', 'throttledSeconds', 'sinceMs', 'untilMs', 'status', 'requests', 'directories'],
  ...['perSecond', 'waiting', 'hosts', 'hostsUnreachable', 'hostsThrottled', 'hostSinceMs'],
];
const KINDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(NUMBERS.map((name) => [name, 'number'])),
  ...{
    at: 'string',
    state: 'string',
    reason: 'string',
    of: 'string',
    code: 'string',
    volume: 'string',
    host: 'string',
  },
  ...{ isEstimate: 'boolean', isShared: 'boolean', hasOthers: 'boolean' },
};

/** Fields of later versions may be of any kind. */
function hasKinds(table: Record<string, unknown>): boolean {
  return Object.entries(table).every(([name, value]) => !Object.hasOwn(KINDS, name) || typeof value === KINDS[name]);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
