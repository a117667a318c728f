/** What the command line itself says: its prompts, its answers, advice after a run. */
import { formatBytes, formatCount } from '../../lib/text/units.js';

export const cli = {
  problem: (command: string, text: string) => `sluice ${command}: ${text}`,
  seeHelp: (command: string, code: string) => `see: sluice ${command} --help [${code}]`,
  stdinIsFolder: 'stdin is a folder; give it a file of keys',
  terminalInput: 'reading keys from the terminal, one a line; end with Ctrl-D',
  interrupted: 'interrupted: Sluice finishes the requests that are under way; interrupt again to stop at once',

  /** SIGHUP with a config file. */
  limits: (bytes: number | undefined, objects: number | undefined, lists: number | undefined) =>
    `limits reread: ${bytes === undefined ? 'no limit of bytes/s' : `${formatBytes(bytes)}/s`}, ` +
    `${objects === undefined ? 'no limit of objects/s' : `${objects} objects/s`}, ` +
    `${lists === undefined ? 'no limit of listings/s' : `${lists} listings/s`}; other options apply from the next run on`,
  configNotTaken: (problems: readonly string[]) =>
    `the config file is wrong, so the limits stay as they are: ${problems.join('; ')}`,

  /** The end of a process that cannot report in another way. */
  openFiles: (why: string) =>
    `too many files are open, so Sluice could not begin or go on (${why}); nothing that is stored is lost: raise the limit (ulimit -n), then run the same command again`,
  defect: (stack: string) => `unexpected error in Sluice, please report it: ${stack}`,
  neverEnds: 'the command waits for something that can never come',

  /** After a run. */
  advice: {
    failedElsewhere: (count: number) =>
      `${formatCount(count)} ${count === 1 ? 'object' : 'objects'} failed on other machines; the lists of failures there name them (what a fetch has stored since still counts here)`,
    failures: (file: string) => `the objects that failed are in ${file}; to try them again, use the same options:`,
    fetch: (from: string, to: string, file: string) => `  sluice fetch --from ${from} ${to} < ${file}`,
    code: (code: string) => `what ${code} means and what to do: sluice help ${code}`,
    emptyInput: 'the input named no object, so nothing was fetched; check the command before the pipe',
    emptySource: (source: string) => `${source} has no objects`,
    emptyPrefix: (source: string) =>
      `no object lies below ${source}; check SOURCE: its prefix is a folder, and upper and lower case count`,
    gone: (file: string) => `objects that were listed and do not exist any more are in ${file}`,
    noneThere: (source: string) => `the server has none of these objects; are the keys relative to ${source}?`,
    unserved: ({
      server,
      served,
      asked,
      variant,
    }: {
      server: string | undefined;
      served: number;
      asked: number;
      variant: string | undefined;
    }) =>
      `${server ?? 'the server'} serves ${served === 0 ? 'none' : `only ${formatCount(served)}`} of the ${formatCount(asked)} objects that were asked for` +
      `${variant === undefined ? '' : ` in the version ${variant}`}: ${server === undefined ? 'is there such a version in this bucket?' : 'is it the domain of this bucket?'}`,
    comparedSoFar: 'interrupted; only what was compared so far is reported',
    listingIncomplete: 'interrupted; the listing is not complete, and without --state the next one begins again',
    dryRunIncomplete: 'interrupted; the dry run has not looked at everything',
    goOnListing: 'interrupted; run the same command again to go on: pages that were done are not listed again',
    goOn: 'interrupted; run the same command again to go on: what is stored is skipped',
  },

  /** The commands on a queue. */
  queue: {
    noJobs: 'no job is kept there',
    noJob: (job: string) => `no job ${job} is kept there`,
    noWorker: (job: string, worker: string) => `the job ${job} has no machine ${worker}`,
    job: ({
      job,
      source,
      state,
      done,
      found,
      begun,
    }: {
      job: string;
      source: string;
      state: string;
      done: number;
      found: number;
      begun: string;
    }) => `${job}: ${source}, ${state}, ${formatCount(done)} of ${formatCount(found)} objects done, begun ${begun}`,
    unreadable: (job: string, why: string) => `${job}: ${why}`,
    states: { running: 'running', waiting: 'waiting', complete: 'complete' },
    forgotten: (worker: string, batches: number) =>
      batches === 0
        ? `${worker} is forgotten; it had finished nothing`
        : `${worker} is forgotten; the other machines fetch the ${formatCount(batches)} batches again that it had finished: run the job's command there`,
    kept: 'nothing was removed',
    removed: (job: string) => `the job ${job} is removed; files that are stored stay`,
    noTerminal: (job: string) => `there is no terminal to ask on, so the job ${job} stays: give --yes to remove it`,
    complete: ' (complete)',
    incomplete: (done: number, batches: number) =>
      ` (not complete: ${formatCount(done)} of ${formatCount(batches)} batches are done)`,
    question: (job: string, state: string) =>
      `Remove the job ${job}${state}? The queue then no longer knows which machine has stored what. [y/N] `,
  },
};
