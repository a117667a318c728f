/** What each command takes, and examples for a SOURCE. What the help says of them is in `texts/`. */
import type { CommandName } from '../../model/options/option.js';

export interface CommandSpec {
  /** Behind the name of the command. */
  usage: string;
  /** Which meaning its exit codes have. */
  exits: 'run' | 'status' | 'report' | 'dashboard' | 'managing' | 'doctor';
  /** Title of the example in `texts/` → its lines. */
  examples: (source: string) => Readonly<Record<string, readonly string[]>>;
}

/** In the order of the help. */
export const COMMANDS: Readonly<Record<CommandName, CommandSpec>> = {
  mirror: {
    usage: '[SOURCE] [DIR] [options]',
    exits: 'run',
    examples: (source) => ({
      whole: [`sluice mirror ${source} ./photos`],
      dryRun: [`sluice mirror ${source} ./photos --dry-run > todo.ndjson`],
      disks: [`sluice mirror ${source} --to /disk1/photos --to /disk2/photos`],
    }),
  },
  fetch: {
    usage: '[--from SOURCE] [--to DIR] [options] < keys.ndjson',
    exits: 'run',
    examples: (source) => ({
      listing: [`sluice fetch --from ${source} --to ./photos < keys.ndjson`],
      failed: [`sluice fetch --from ${source} --to ./photos \\`, '  < photos/.sluice/failures.ndjson'],
      urls: ['sluice fetch --to ./pictures < urls.txt'],
    }),
  },
  list: {
    usage: '[SOURCE] [options]',
    exits: 'run',
    examples: (source) => ({
      all: [`sluice list ${source} > keys.ndjson`],
      large: [`sluice list ${source}/2017 | jq -c 'select(.size > 1000000)'`],
    }),
  },
  verify: {
    usage: '[SOURCE | -] [--to DIR] [options]',
    exits: 'run',
    examples: (source) => ({
      quick: [`sluice verify ${source} --to ./photos`],
      content: [
        `sluice verify ${source} --to ./photos --checksum > differ.ndjson`,
        `sluice fetch --from ${source} --to ./photos < differ.ndjson`,
      ],
      manifest: ['sluice verify - --to ./photos --checksum < manifest.ndjson'],
    }),
  },
  status: {
    usage: '--to DIR | --state FILE | --queue URL [options]',
    exits: 'status',
    examples: () => ({
      mirror: ['sluice status --to ./photos'],
      watch: ['sluice status --to ./photos --watch'],
      list: ['sluice status --state ./photos.state'],
      monitor: ["sluice status --to ./photos --json | jq '{state, done, left}'"],
      shared: ['sluice status --queue nats://host:4222 --watch'],
    }),
  },
  dashboard: {
    usage: '--to DIR | --state FILE [options]',
    exits: 'dashboard',
    examples: () => ({
      ended: ['sluice dashboard --to ./photos'],
      running: ['sluice dashboard --to ./photos --dashboard 8191'],
    }),
  },
  report: {
    usage: '--to DIR | --queue URL [-o FILE] [--json]',
    exits: 'report',
    examples: () => ({
      page: ['sluice report --to ./photos -o photos.html'],
      json: ["sluice report --to ./photos --json | jq '.sum'"],
      shared: ['sluice report --queue nats://host:4222 --job photos'],
    }),
  },
  doctor: {
    usage: '[SOURCE] [--to DIR] [options]',
    exits: 'doctor',
    examples: (source) => ({
      all: [`sluice doctor ${source} --to /disk1 --to /disk2`],
      here: ['sluice doctor --to /disk1'],
      report: [`sluice doctor ${source} --to /disk1 --json > doctor.json`],
    }),
  },
  jobs: {
    usage: '--queue URL [--json]',
    exits: 'managing',
    examples: () => ({ all: ['sluice jobs --queue nats://host:4222'] }),
  },
  forget: {
    usage: '--queue URL --job NAME --worker NAME',
    exits: 'managing',
    examples: () => ({ lost: ['sluice forget --queue nats://host:4222 --job photos --worker disk7-3fa2c1'] }),
  },
  remove: {
    usage: '--queue URL --job NAME [--yes]',
    exits: 'managing',
    examples: () => ({ done: ['sluice remove --queue nats://host:4222 --job photos'] }),
  },
};

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** What a new user tries one after the other: the examples of the first screen. */
export function firstExamples(source: string): Readonly<Record<string, readonly string[]>> {
  return {
    copy: [`sluice mirror ${source} ./photos`],
    look: [`sluice mirror ${source} ./photos --dry-run > todo.ndjson`],
    far: ['sluice status --to ./photos'],
    check: [`sluice verify ${source} --to ./photos --checksum`],
  };
}
