/** The lines of a log: stderr where it is no terminal, and `--log-file`. */
import { formatCount, formatSeconds } from '../../lib/text/units.js';
import { progress } from './progress.js';

/** The state until now, and how long it has lasted. */
export interface Before {
  state: keyof typeof progress.healthWords;
  seconds: number;
}

export interface Failed {
  seconds: number;
  count: number;
  /** From the most frequent one on. */
  codes: readonly (readonly [code: string, count: number])[];
  /** Where all failures are listed. */
  file: string | undefined;
}

export const log = {
  moreFailures: 'more objects fail; from now on Sluice counts them by code and prints the numbers with the progress',
  failed: ({ seconds, count, codes, file }: Failed) =>
    `last ${Math.round(seconds) === 60 ? 'minute' : formatSeconds(seconds)}: ${formatCount(count)} failed: ` +
    `${codes.map(([code, number]) => `${formatCount(number)} ${code}`).join(', ')}` +
    `${file === undefined ? '' : `; all are in ${file}`}`,
  /** What the run does has changed; `line` is the health line of the screen. */
  state: ({ line, before }: { line: string; before: Before | undefined }) =>
    before === undefined
      ? `state: ${line}`
      : `state: ${line} (before: ${progress.healthWords[before.state]} for ${formatSeconds(before.seconds)})`,
  /** The first line of a run in a log file. */
  start: ({ version, command }: { version: string; command: string }) => `sluice ${version} starts: ${command}`,
  sameFile: ({ path, option }: { path: string; option: string }) =>
    `--log-file: ${path} is also the file of ${option}; give the log a file of its own`,
  insideCopy: ({ path, folder }: { path: string; folder: string }) =>
    `--log-file: ${path} lies in ${folder}, the folder of the copy, where an object could have its name; give the log a place outside`,
  notOpened: ({ path, why }: { path: string; why: string }) => `--log-file: ${path} cannot be written: ${why}`,
  noFile: 'it is a device or a pipe, and no file',
  notWritten: ({ path, why }: { path: string; why: string }) =>
    `the log file ${path} cannot be written: ${why}. The copy goes on without it; Sluice tries again every few seconds`,
  writtenAgain: ({ path, lost }: { path: string; lost: number }) =>
    `the log file ${path} is written again; ${lost === 0 ? 'no line is lost' : `${formatCount(lost)} lines are lost`}`,
  growing: ({ path, why }: { path: string; why: string }) =>
    `the log file ${path} cannot be renamed, so it grows beyond --log-rotate: ${why}. The copy goes on`,
};
