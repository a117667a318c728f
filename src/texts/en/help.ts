/** Commands, headings, examples and exit codes of the help. */

export const help = {
  tagline: `Sluice copies a whole bucket of small objects onto local disks.
It checks every byte, and goes on where it stopped.`,
  usage: (line: string) => `Usage: ${line}`,
  commandsHeading: 'Commands',
  examplesHeading: 'Examples',
  exitsHeading: 'Exit codes',
  variablesHeading: 'Variables',
  topicsHeading: 'Topics',
  item: (heading: string) => `${heading}:`,
  numbered: (number: number, title: string) => `${number}. ${title}:`,
  standard: (value: string) => ` (default ${value})`,
  /** Below the options of `-h`. */
  brief: (shown: number, all: number, command: string) =>
    `These are ${shown} of ${all} options. To see all: sluice ${command} --help`,
  more: `Options of a command: sluice COMMAND -h
All options of a command: sluice COMMAND --help
A topic, or a code that Sluice has printed: sluice help NAME
All topics: sluice help
The version, the commit, Node: sluice -v`,
  codes: 'A code that Sluice has printed, such as ERR_SIZE, is a NAME, too.',
  /** One code. */
  explain: {
    what: (what: string) => `What happened: ${what}.`,
    class: (name: string, does: string) => `What the run does: **${name}**. ${does}`,
    notice: 'This is a notice: the run goes on.',
    todo: (todo: string) => `What to do: ${todo}.`,
  },
  variables: (exceptions: readonly string[]) => `Each option has a variable: --list-rate is SLUICE_LIST_RATE.
For a switch it is true or false.${exceptions.length === 0 ? '' : `\nExceptions: ${exceptions.join('; ')}.`}
A flag overrides a variable, and a variable the config file.`,
  /** Between the exceptions. */
  variable: (flag: string, variable: string) => `${flag} is ${variable}`,
  onlyFlag: (flag: string) => `${flag} has none`,
  commands: {
    mirror: {
      summary: 'copy what is not there yet from SOURCE into a folder',
      description: `Lists SOURCE, and downloads everything that is not in DIR yet. The same
command, run again, goes on where it stopped.`,
      examples: {
        whole: 'A whole bucket',
        dryRun: 'Only print what it would download',
        disks: 'Onto two disks',
      } as Record<string, string>,
    },
    fetch: {
      summary: 'download the objects that are named on stdin',
      description: `Downloads the objects that are named on stdin: NDJSON, or one key a line.
Without SOURCE: http(s) URLs (see: sluice help urls).`,
      examples: {
        listing: 'What a listing names',
        failed: 'What failed last time',
        urls: 'A list of URLs',
      } as Record<string, string>,
    },
    list: {
      summary: 'print the objects of SOURCE, one a line',
      description: 'Prints the objects of SOURCE as NDJSON, one a line.',
      examples: {
        all: 'Everything into a file',
        large: 'One folder, only large objects',
      } as Record<string, string>,
    },
    verify: {
      summary: 'compare SOURCE with what is stored, print what differs',
      description: `Compares SOURCE, or the objects named on stdin (-), with what is stored.
Prints what differs. Changes nothing.`,
      examples: {
        quick: 'By size and time',
        content: 'By content, and download again what differs',
        manifest: 'Against a manifest',
      } as Record<string, string>,
    },
    status: {
      summary: 'show how far a job is; changes nothing',
      description: 'Shows how far a job is, while it runs or afterwards. Changes nothing.',
      examples: {
        mirror: 'Of a mirror',
        watch: 'Of a mirror, again and again',
        list: 'Of a list with a state',
        monitor: 'For a monitor',
        shared: 'Of a job that several machines share',
      } as Record<string, string>,
    },
    dashboard: {
      summary: 'show a job that has ended in a browser; changes nothing',
      description: `Shows a job in a browser: one that has ended, or that runs in another
process. Changes nothing. A run shows itself with --dashboard.`,
      examples: {
        ended: 'A job that has ended',
        running: 'On another port, beside a run with a dashboard',
      } as Record<string, string>,
    },
    report: {
      summary: 'write a page that says whether the copy is complete',
      description: `Writes a page about a job, from its files alone: whether its counts add up, what
failed and how to try it again, its runs, rates and sizes, the last comparison.
The page needs nothing else: it opens without a network, and prints well.`,
      examples: {
        page: 'Of a mirror',
        json: 'For a program',
        shared: 'Of a job that several machines share',
      } as Record<string, string>,
    },
    doctor: {
      summary: 'check this machine, the disks and the server before a copy',
      description: `Checks this machine, the disks of --to, and the server of SOURCE, before a
copy of days begins. Each line says ok, warning or problem, and what to do.
Changes nothing; sends at most some 40 requests.`,
      examples: {
        all: 'Everything for a copy onto two disks',
        here: 'Only this machine and a disk',
        report: 'For a report of a problem',
      } as Record<string, string>,
    },
    jobs: {
      summary: 'list the jobs in a queue',
      description: 'Lists the jobs in a queue.',
      examples: { all: 'All jobs' } as Record<string, string>,
    },
    forget: {
      summary: 'give the work of a lost machine to the others',
      description: 'Requeues what a lost machine had finished, for the other machines of the job.',
      examples: { lost: 'A machine whose disk is broken' } as Record<string, string>,
    },
    remove: {
      summary: 'delete the data of a job from a queue; files stay',
      description: 'Deletes the data of a job from a queue. Stored files stay.',
      examples: { done: 'A job that is complete' } as Record<string, string>,
    },
    help: { summary: 'explain a command, a topic, or a code such as ERR_SIZE' },
  },
  firstExamples: {
    copy: 'Copy a whole bucket; once more: go on where it stopped',
    look: 'Only print what it would download',
    far: 'Show how far it is',
    check: 'Compare every byte',
  } as Record<string, string>,
  helpOption: 'show this help; -h: only the common options',
  helpOptionBrief: 'show this help; --help: all options',
  versionOption: 'show the version, the commit and Node',
  /** Meaning of the exit codes, for runs, `status` and the queue commands. */
  exits: {
    run: {
      0: 'all objects are there',
      1: 'some objects failed, or differ',
      2: 'wrong usage or configuration; nothing was done',
      3: 'the run could not begin or go on',
      130: 'interrupted; the same command goes on',
    } as Record<string, string>,
    status: {
      0: 'shown',
      1: 'no job is kept there',
      2: 'wrong usage or configuration',
      3: 'its files cannot be read',
      130: 'interrupted, with --watch',
    } as Record<string, string>,
    dashboard: {
      0: 'ended by Ctrl-C or a signal',
      1: 'no job is kept there',
      2: 'wrong usage or configuration, or the address is in use',
      3: 'its files cannot be read',
    } as Record<string, string>,
    report: {
      0: 'written',
      1: 'no job is kept there',
      2: 'wrong usage or configuration',
      3: 'its files cannot be read, or the report cannot be written',
      130: 'interrupted',
    } as Record<string, string>,
    doctor: {
      0: 'no problem (there may be warnings)',
      1: 'at least one problem',
      2: 'wrong usage or configuration; nothing was checked',
      3: 'the checks could not go on',
      130: 'interrupted',
    } as Record<string, string>,
    managing: {
      0: 'done',
      1: 'there is no such job or machine',
      2: 'wrong usage or configuration',
      3: 'the queue cannot be used',
    } as Record<string, string>,
  },
  version: {
    commit: 'commit',
    platform: 'platform',
    modified: (commit: string) => `${commit}, with local changes`,
    unknown: 'unknown',
  },
  wrong: {
    command: (name: string) => `there is no command ${name}`,
    unknownCommand: 'there is no such command',
    option: (flag: string) => `unknown option ${flag}`,
    before: (flag: string) => `${flag}: an option comes after its command: sluice COMMAND ${flag}`,
    oneName: 'help takes one NAME: a command, a topic or a code; see: sluice help',
    name: (name: string) => `there is no command, topic or code ${name}`,
    unknownName: 'there is no such command, topic or code; see: sluice help',
    unknownOption: 'there is no such option before a command',
    didYouMean: (problem: string, name: string) => `${problem}; did you mean ${name}?`,
    commands: (problem: string, names: readonly string[]) =>
      `${problem}${problem.endsWith('?') ? '' : '.'} The commands are ${names.join(', ')}. See: sluice --help`,
    tooMany: (count: number, command: string, taken: string) =>
      `${count} argument(s) too many: ${command} takes ${taken}`,
    taken: { none: 'none', source: 'one SOURCE' },
    severalFolders: 'mirror takes one DIR after SOURCE; for several disks give --to once for each of them',
    folderTwice: 'DIR: given after SOURCE and with --to; give all of them with --to',
  },
};
