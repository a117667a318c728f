/** `help`: prints a page, or shows it by a pager where it is longer than the screen. */
import type { Command } from 'commander';
import { createQuietReporter } from '../../events/reporters/text.js';
import { say } from '../../texts/say.js';
import { Answer } from '../answer.js';
import { EXIT } from '../exit-codes.js';
import { print } from '../reporters.js';
import { needsPager, page } from './pager.js';
import { findPage } from './pages.js';

const { stdout, env } = process;

/** Returns the exit code. */
export async function answerHelp(names: readonly string[], program: Command): Promise<number> {
  const found = findPage(names, {
    isStyled: stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb',
    commandHelp: (name) => program.commands.find((command) => command.name() === name)!.helpInformation(),
  });
  if ('problem' in found) {
    print(say.cli.problem('help', found.problem));
    return EXIT.usage;
  }
  if (needsPager(found.text, stdout, env) && (await page(found.text, env))) return EXIT.ok;
  const answer = new Answer(stdout);
  answer.print(found.text.trimEnd());
  return answer.end(EXIT.ok, createQuietReporter(print));
}
