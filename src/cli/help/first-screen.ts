/** What `sluice` alone shows: one sentence, the commands, and what to try first. */
import { firstExamples } from '../../config/options/commands.js';
import { say } from '../../texts/say.js';
import { commandRows } from './command-rows.js';
import { examplesOf, rowsOf, section, widest } from './layout.js';

export function firstScreen({ source, credentials }: { source: string; credentials: string }): string {
  const { help } = say;
  const commands = commandRows();
  const lines = [
    help.tagline,
    '',
    help.usage('sluice COMMAND [options]'),
    ...section(help.commandsHeading, rowsOf(commands, widest(commands))),
    ...section(help.examplesHeading, examplesOf(help.firstExamples, firstExamples(source))),
    '',
    help.more,
    credentials,
  ];
  return `${lines.join('\n')}\n`;
}
