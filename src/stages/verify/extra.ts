/** The other direction: finds local files that belong to no object. Prints them, and never changes them. */
import type { Writable } from 'node:stream';
import type { EventBus } from '../../events/bus.js';
import type { Filter } from '../../model/filter.js';
import type { Finding } from '../../model/finding.js';
import type { NameRules } from '../../model/names/name-rules.js';
import { localFiles } from '../../sinks/state/local-files.js';
import { printFindings } from './findings.js';

/** Findings that are printed together. */
const FINDINGS_AT_ONCE = 100;

export interface ExtraOptions {
  roots: readonly string[];
  /** Whether the file at that path of that volume belongs to an object. */
  isSeen: (volume: number, path: string) => boolean;
  /** What each disk does with names. */
  rules: readonly NameRules[];
  /** The key of that path on that volume, or the path itself when the key is unknown. */
  keyAt: (volume: number, path: string) => string;
  /** More about a file of that key. */
  detail?: ((key: string) => string | undefined) | undefined;
  /** Only keys that it accepts are wanted. */
  filter: Filter;
  output: Writable;
  events: EventBus;
  signal: AbortSignal;
}

/** Rejects with the signal's reason when that aborts, and with ERR_VOLUME when a folder cannot be read. */
export async function printExtra(options: ExtraOptions): Promise<void> {
  const { roots, rules, signal } = options;
  let findings: Finding[] = [];
  for (const [volume, root] of roots.entries()) {
    for await (const path of localFiles(root, rules[volume]!)) {
      signal.throwIfAborted();
      const finding = findingOf(volume, path, options);
      if (finding !== undefined) findings.push(finding);
      if (findings.length < FINDINGS_AT_ONCE) continue;
      await printFindings(findings, options);
      findings = [];
    }
  }
  await printFindings(findings, options);
}

function findingOf(
  volume: number,
  path: string,
  { roots, isSeen, keyAt, detail, filter }: ExtraOptions,
): Finding | undefined {
  if (isSeen(volume, path)) return undefined;
  const key = keyAt(volume, path);
  if (!filter.accepts(key)) return undefined;
  return {
    entry: { key },
    reason: 'extra',
    volume: roots[volume]!,
    ...(path !== key && { path }),
    detail: detail?.(key),
  };
}
