/**
 * `sluice completion SHELL` prints the script of a shell. The script asks `sluice completion --words -- WORD…` at each TAB,
 * so this command loads nothing that it does not need.
 */
import { writeSync } from 'node:fs';
import { profilesIn } from '../../config/config-file.js';
import { say, speak } from '../../texts/say.js';
import { chooseLanguage } from '../arguments/choose-language.js';
import type { Ending } from '../ending.js';
import { EXIT } from '../exit-codes.js';
import { readScript } from '../shipped.js';
import { completionHelp } from './completion-help.js';
import { isShell, SHELLS, shellOf } from './shells.js';

/** Runs the command and ends the process with its exit code. */
export async function main(args: string[], ending: Ending): Promise<never> {
  const rest = args.slice(1);
  if (rest[0] === '--words') return leave(ending, await answer(rest.slice(rest[1] === '--' ? 2 : 1)));
  await speak(chooseLanguage(args, process.env, false));
  if (rest.includes('--help') || rest.includes('-h')) {
    print(1, completionHelp());
    return leave(ending, EXIT.ok);
  }
  return leave(ending, printScript(rest));
}

function printScript(args: readonly string[]): number {
  const operands = args.filter((arg) => !arg.startsWith('-'));
  const wrong = operands.find((word) => !isShell(word));
  const shell = operands.find(isShell) ?? shellOf(process.env);
  const texts = say.completion;
  const problems = args.filter((arg) => arg.startsWith('-')).map((arg) => texts.unknownOption(arg.replace(/=.*/s, '')));
  // What stands there by mistake could be a secret, so it is not repeated.
  if (wrong !== undefined) problems.push(texts.wrongShell(SHELLS));
  else if (operands.length > 1) problems.push(texts.oneShell(operands.length));
  else if (shell === undefined) problems.push(texts.noShell(SHELLS));
  for (const problem of problems) print(2, `${say.cli.problem('completion', problem)}\n`);
  if (problems.length > 0 || shell === undefined) {
    print(2, `${texts.see}\n`);
    return EXIT.usage;
  }
  print(1, readScript(shell));
  return EXIT.ok;
}

/** Prints what can follow; nothing if that cannot be found out, because a shell shows no errors at a TAB. */
async function answer(words: readonly string[]): Promise<number> {
  await speak(chooseLanguage([], process.env, false));
  const { whatFollows } = await import('./what-follows.js');
  const { kind, kept, words: found } = whatFollows(words, profilesIn);
  const lines = found.map(([word, help]) => `${word}\t${help.replace(/\s+/g, ' ')}\n`);
  print(1, [`${kept === '' ? kind : `${kind} ${kept}`}\n`, ...lines].join(''));
  return EXIT.ok;
}

/** A shell or a pager may end before it has read everything. */
function print(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // The reader is gone.
  }
}

function leave(ending: Ending, code: number): never {
  ending.isSaid = true;
  process.exit(code);
}
