/** The options of a run, as its report names them. Only what is named here, so a secret is never among them. */
import type { OptionValue } from '../../../journal/runs/logged-run.js';
import { kebab } from '../../../model/options/option.js';
import type { Timetable } from '../../../pacing/limits/timetable.js';
import type { Config } from '../../run-options.js';

/** Of one text. */
const CHARS = 1_000;
const TEXTS = 20;

/** By the names of the flags. What is not given, and has no effect, is left out. */
export function toldOptions(config: Config): Record<string, OptionValue> {
  const { connections, hosts, limits, reserve } = config;
  const values: Record<string, unknown> = {
    ...config.sourceOptions,
    to: config.to,
    include: config.include,
    exclude: config.exclude,
    limit: config.limit,
    names: config.names,
    durability: config.durability,
    reserve: reserve && ('bytes' in reserve ? reserve.bytes : `${reserve.share * 100}%`),
    failures: config.failures,
    manifest: config.manifest,
    concurrency: connections.objects.isAutomatic ? 'auto' : connections.objects.max,
    listConcurrency: connections.lists.isAutomatic ? 'auto' : connections.lists.max,
    maxConnections: connections.total,
    bwlimit: limits.bytesPerSecond && timetableText(limits.bytesPerSecond),
    rate: limits.objectsPerSecond,
    listRate: limits.listsPerSecond,
    retries: config.retries,
    timeout: seconds(config.timeoutMs),
    stall: seconds(config.stallMs),
    pageSize: config.pageSize,
    bufferSize: config.bufferBytes,
    ...(config.source.bucket === '' && {
      perHost: hosts.requests,
      maxHosts: hosts.max,
      hostWait: seconds(hosts.waitMs),
    }),
    restart: config.isRestart || undefined,
    insecure: config.isInsecure || undefined,
    untrusted: config.isUntrusted || undefined,
    job: config.queue?.job,
    role: config.queue?.role,
    lease: config.queue && seconds(config.queue.leaseMs),
    audit: config.queue?.isAudit || undefined,
    fleet: config.queue?.areLimitsShared || undefined,
  };
  const told = Object.entries(values).flatMap(([name, value]): [string, OptionValue][] => {
    const shown = optionValue(value);
    return shown === undefined ? [] : [[kebab(name), shown]];
  });
  return Object.fromEntries(told);
}

function optionValue(value: unknown): OptionValue | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return plain(value);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const texts = value.slice(0, TEXTS).map((one) => plain(String(one)));
  return value.length > TEXTS ? [...texts, '…'] : texts;
}

/** Without what a URL may have before its host. */
function plain(text: string): string {
  return text.slice(0, CHARS).replace(/\/\/[^/\s]*@/g, '//');
}

/** Infinite: `off`. */
function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${ms / 1000}s` : 'off';
}

function timetableText(table: Timetable): string {
  if (table.length === 1) return String(table[0]!.perSecond ?? 'off');
  return table.map(({ minuteOfWeek, perSecond }) => `${weekTime(minuteOfWeek)},${perSecond ?? 'off'}`).join(' ');
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function weekTime(minuteOfWeek: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const minute = minuteOfWeek % 1440;
  return `${DAYS[Math.floor(minuteOfWeek / 1440)]}-${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
