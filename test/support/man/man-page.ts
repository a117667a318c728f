// The manual page sluice(1), from the tables of commands, options and schemes; in English.

import { COMMAND_NAMES, COMMANDS } from '../../../src/config/options/commands.js';
import { flagOf, optionTable } from '../../../src/config/options/table.js';
import { envName, OPTION_GROUPS, type OptionRow } from '../../../src/model/options/option.js';
import { SCHEMES } from '../../../src/sources/registry.js';
import { say } from '../../../src/texts/say.js';
import { plain, row, section, subsection, verbatim } from './roff.js';

/** What no table says. */
const DESCRIPTION = `Sluice copies a whole bucket of small objects onto local disks. It checks every byte that it stores, needs the same memory for
a thousand objects as for ten million, and can be stopped and started again at any time: the same command goes on where
the last run was.
.PP
SOURCE is a bucket, or a folder in it: ${plain(SCHEMES.map(({ form }) => form).join(' or '))}.
.PP
.BI "sluice help " COMMAND
shows the options of one command only.`;

const VARIABLES: readonly [name: string, help: string][] = [
  ['SLUICE_SOURCE', 'the SOURCE, where the command line has none'],
  ['SLUICE_QUEUE_TOKEN', 'the token for the queue'],
  ['SLUICE_QUEUE_PASSWORD', 'the password for the queue'],
  ['HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY', 'the proxy for requests, and the hosts that need none'],
  ['LC_ALL, LC_MESSAGES, LANG', 'the language of messages: Chinese where it begins with zh, else English'],
  ['SHELL', 'the shell that "sluice completion" prints a script for, where none is named'],
];

const FILES: readonly [path: string, help: string][] = [
  ['DIR/.sluice/', 'on the first disk: the state of the job; a run that is started again needs it'],
  ['DIR/.sluice/failures.ndjson', 'the objects that failed; "sluice fetch" reads it'],
  ['DIR/.sluice/names.ndjson', 'the objects that are stored under another name than their key'],
  ['DIR/.sluice/volume.json', 'on each disk: the copy that the disk belongs to'],
];

export function manPage(version: string): string {
  return `${[
    `.TH SLUICE 1 "" "sluice ${plain(version)}" "User Commands"`,
    section('NAME', `sluice ${plain('- copy a whole bucket of small objects onto local disks')}`),
    section('SYNOPSIS', ...synopsis()),
    section('DESCRIPTION', DESCRIPTION),
    section('COMMANDS', ...commands()),
    section('OPTIONS', ...options()),
    section(
      'ENVIRONMENT',
      plain(say.help.variables([say.help.onlyFlag('--insecure')])),
      plain('Credentials come from the environment or from a file, never from the command line.'),
      '.PP',
      plain(SCHEMES.map(({ credentialsHelp: where }) => (typeof where === 'string' ? where : where())).join('\n')),
      ...VARIABLES.map(([name, help]) => row(name, help)),
    ),
    section('FILES', ...FILES.map(([path, help]) => row(path, help))),
    section('EXIT STATUS', ...exits()),
    section('EXAMPLES', verbatim(examples())),
    section('SEE ALSO', '.BR rclone (1),\n.BR systemd\\-run (1),\n.BR tmux (1)'),
  ].join('\n')}\n`;
}

function synopsis(): string[] {
  return Object.entries(COMMANDS).map(([name, { usage }], index) =>
    [...(index === 0 ? [] : ['.br']), `.B sluice ${name}`, plain(usage)].join('\n'),
  );
}

function commands(): string[] {
  const { help, completion } = say;
  return [
    ...COMMAND_NAMES.map((name) => row(name, help.commands[name].description.replaceAll('\n', ' '))),
    row('completion', completion.summary),
    row('help', help.commands.help.summary),
  ];
}

/** The same number has other meanings for `status` and for the commands of a queue. */
function exits(): string[] {
  return (['run', 'status', 'managing'] as const).map((kind) => {
    const own = COMMAND_NAMES.filter((name) => COMMANDS[name].exits === kind);
    const meanings = Object.entries(say.help.exits[kind]);
    return subsection(own.join(', '), ...meanings.map(([code, meaning]) => row(code, meaning)));
  });
}

function options(): string[] {
  const rows = Object.entries(optionTable());
  return OPTION_GROUPS.map((group) => {
    const own = rows.filter(([, spec]) => spec.group === group);
    return subsection(say.options.groups[group], ...own.map(([name, spec]) => optionRow(name, spec)));
  });
}

function optionRow(name: string, spec: OptionRow): string {
  const term = [...(spec.short === undefined ? [] : [`-${spec.short}`]), flagOf(name, spec)].join(', ');
  const standard = spec.default ?? spec.defaultText;
  const notes = [
    ...(standard === undefined ? [] : [`default: ${standard}`]),
    `for: ${spec.commands.join(', ')}`,
    ...(spec.env === undefined ? [] : [`variable: ${envName(name, spec)}`]),
  ];
  return row(term, [spec.help, ...notes].join('\n'));
}

function examples(): string {
  const source = SCHEMES[0]!.example;
  const blocks = COMMAND_NAMES.flatMap((name) =>
    Object.entries(COMMANDS[name].examples(source)).map(([key, lines]) =>
      [`# ${say.help.commands[name].examples[key]}`, ...lines].join('\n'),
    ),
  );
  return blocks.join('\n\n');
}
