/** All commands with what each does, also those that are no work on a bucket. */
import { COMMAND_NAMES } from '../../config/options/commands.js';
import { say } from '../../texts/say.js';
import type { HelpRow } from './layout.js';

export function commandRows(): HelpRow[] {
  const { commands } = say.help;
  return [
    ...COMMAND_NAMES.map((name) => ({ term: name, text: commands[name].summary })),
    { term: 'completion', text: say.completion.summary },
    { term: 'help', text: commands.help.summary },
  ];
}
