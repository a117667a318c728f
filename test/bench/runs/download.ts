// The corpus into an empty folder, by each program in turn, round after round.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus } from '../corpus.js';
import { measure, median, type Usage } from '../process.js';
import type { Peer } from './peers.js';

export interface DownloadRow {
  readonly where: string;
  readonly program: string;
  readonly checks: string;
  readonly filesPerSecond: number;
  readonly cpuMicrosecondsAFile: number | undefined;
  readonly peakMegabytes: number | undefined;
  /** Of the program's files/s to rclone's and wget2's in the same round: the median of the rounds. */
  readonly timesRclone: number | undefined;
  readonly timesWget2: number | undefined;
  /** Of the CPU times. */
  readonly cpuTimesRclone: number | undefined;
  readonly seconds: readonly number[];
}

export interface Place {
  readonly name: string;
  readonly folder: string;
}

export async function compareDownloads(
  place: Place,
  { corpus, origin, peers, rounds }: { corpus: Corpus; origin: string; peers: readonly Peer[]; rounds: number },
): Promise<DownloadRow[]> {
  const used = new Map<string, Usage[]>(peers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) {
      const to = join(place.folder, 'to');
      rmSync(to, { recursive: true, force: true });
      mkdirSync(to);
      const { command, ...options } = peer.download(corpus, origin, to);
      used.get(peer.name)!.push(await measure(command, options));
      rmSync(to, { recursive: true, force: true });
    }
  }
  const of = (name: string) => used.get(name);
  return peers.map(({ name, checks }): DownloadRow => {
    const usages = of(name)!;
    return {
      where: place.name,
      program: name,
      checks,
      filesPerSecond: corpus.count / median(usages.map(({ seconds }) => seconds)),
      cpuMicrosecondsAFile: perFile(usages, ({ cpuSeconds }) => cpuSeconds, corpus.count),
      peakMegabytes: medianOf(usages, ({ peakMegabytes }) => peakMegabytes),
      timesRclone: ratio(of('rclone'), usages, ({ seconds }) => seconds),
      timesWget2: ratio(of('wget2'), usages, ({ seconds }) => seconds),
      cpuTimesRclone: ratio(usages, of('rclone'), ({ cpuSeconds }) => cpuSeconds),
      seconds: usages.map(({ seconds }) => seconds),
    };
  });
}

type Figure = (usage: Usage) => number | undefined;

function medianOf(usages: readonly Usage[], figure: Figure): number | undefined {
  const values = usages.map(figure).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

function perFile(usages: readonly Usage[], figure: Figure, files: number): number | undefined {
  const value = medianOf(usages, figure);
  return value === undefined ? undefined : (value / files) * 1e6;
}

/** Round by round, since a machine may be slower in one than in another. */
function ratio(above: readonly Usage[] | undefined, below: readonly Usage[] | undefined, figure: Figure) {
  const ratios = (above ?? []).map((usage, round) => figure(usage)! / figure(below?.[round] ?? usage)!);
  return above === undefined || below === undefined ? undefined : median(ratios);
}
