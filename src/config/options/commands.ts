/** What each command is, as its help says it, with examples for a SOURCE; and the exit codes. */
import type { CommandName } from '../../model/options/option.js';

export const COMMANDS: Record<CommandName, { usage: string; summary: string; examples: (source: string) => string }> = {
  list: {
    usage: '[SOURCE] [options]',
    summary: 'print the objects of SOURCE as NDJSON, one a line',
    examples: (source) => `Examples:
  1. Everything into a file:      sluice list ${source} > keys.ndjson
  2. One folder, large ones only: sluice list ${source}/2017 | jq -c 'select(.size > 1000000)'`,
  },
  fetch: {
    usage: '--from SOURCE [--to DIR] [options] < keys.ndjson',
    summary: 'download the objects named on stdin: NDJSON, or one bare key a line',
    examples: (source) => `Examples:
  1. From a listing:              sluice fetch --from ${source} --to ./photos < keys.ndjson
  2. What failed last time:       sluice fetch --from ${source} --to ./photos < photos/.sluice/failures.ndjson`,
  },
  mirror: {
    usage: '[SOURCE] [--to DIR] [options]',
    summary: 'list SOURCE and download everything that is not there yet',
    examples: (source) => `Examples:
  1. A whole bucket:              sluice mirror ${source} --to ./photos
  2. What would be fetched:       sluice mirror ${source} --to ./photos --dry-run > todo.ndjson`,
  },
  verify: {
    usage: '[SOURCE | -] [--to DIR] [options]',
    summary: 'compare SOURCE, or the objects named on stdin (-), with what is stored; print what differs',
    examples: (source) => `Examples:
  1. By size and time:            sluice verify ${source} --to ./photos
  2. By content, and fix it:      sluice verify ${source} --to ./photos --checksum > differ.ndjson
                                  sluice fetch --from ${source} --to ./photos < differ.ndjson
  3. Against a manifest:          sluice verify - --to ./photos --checksum < manifest.ndjson`,
  },
  status: {
    usage: '--to DIR | --state FILE | --queue URL [--job NAME] [--watch] [--json]',
    summary: 'show how far a job is, while it runs or afterwards; changes nothing',
    examples: () => `Examples:
  1. Of a mirror:                 sluice status --to ./photos
  2. Of a list with a state:      sluice status --state ./photos.state
  3. For a monitor:               sluice status --to ./photos --json | jq '{state, done, left, secondsLeft}'
  4. Of a shared job:             sluice status --queue nats://host:4222 --watch`,
  },
  jobs: {
    usage: '--queue URL [--json]',
    summary: 'list the jobs in a queue',
    examples: () => `Example:
  sluice jobs --queue nats://host:4222`,
  },
  forget: {
    usage: '--queue URL --job NAME --worker NAME',
    summary: 'requeue what a lost machine had finished, for the others',
    examples: () => `Example:
  sluice forget --queue nats://host:4222 --job photos --worker disk7-3fa2c1`,
  },
  remove: {
    usage: '--queue URL --job NAME [--yes]',
    summary: 'delete the data of a job from a queue; stored files stay',
    examples: () => `Example:
  sluice remove --queue nats://host:4222 --job photos`,
  },
};

export const EXIT_CODES = 'Exit codes: 0 all there, 1 some failed, 2 usage or configuration, 3 fatal, 130 interrupted.';

export const STATUS_EXIT_CODES =
  'Exit codes: 0 shown, 1 no job is kept there, 2 usage or configuration, 3 its files cannot be read.';

export const MANAGING_EXIT_CODES =
  'Exit codes: 0 done, 1 there is no such job or machine, 2 usage or configuration, 3 fatal.';
