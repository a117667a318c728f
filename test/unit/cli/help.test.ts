// The help of each command, in both languages: within 80 columns, with each option once, and short where -h asks for it.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createProgram } from '../../../src/cli/program.js';
import { COMMAND_NAMES, COMMANDS, firstExamples } from '../../../src/config/options/commands.js';
import { optionTable } from '../../../src/config/options/table.js';
import { displayWidth } from '../../../src/lib/text/width.js';
import { type CommandName, kebab, OPTION_GROUPS } from '../../../src/model/options/option.js';
import { type Language, say, speak } from '../../../src/texts/say.js';

async function language(t: TestContext, name: Language): Promise<void> {
  await speak(name);
  t.after(() => speak('en'));
}

/** What commander prints for these arguments. */
function shown(args: string[]): string {
  let text = '';
  const program = createProgram('1', { onCommand: () => assert.fail('no help'), onHelp: () => {} });
  const writeOut = (part: string) => {
    text += part;
  };
  for (const command of [program, ...program.commands])
    command.configureOutput({ writeOut, writeErr: writeOut }).exitOverride();
  assert.throws(() => program.parse(args, { from: 'user' }), /help/i);
  return text;
}

/** The options that a help has, each as often as it is there. */
const optionsIn = (help: string) => [...help.matchAll(/^ {2}(?:-\w,| {3}) --([\w-]+)/gm)].map(([, name]) => name!);

for (const name of ['en', 'zh'] as const) {
  test(`no line is wider than 80 columns: ${name}`, async (t) => {
    await language(t, name);
    const pages = COMMAND_NAMES.flatMap((command) => [shown([command, '-h']), shown([command, '--help'])]);
    for (const page of [shown(['-h']), shown([]), ...pages]) {
      for (const line of page.split('\n')) assert.ok(displayWidth(line) <= 80, `${displayWidth(line)}: ${line}`);
    }
  });

  test(`--help has each option of the command in its group, -h at most fifteen: ${name}`, async (t) => {
    await language(t, name);
    const table = Object.entries(optionTable());
    for (const command of COMMAND_NAMES) {
      const own = table.filter(([, { commands }]) => commands.includes(command));
      const ordered = OPTION_GROUPS.flatMap((group) => own.filter(([, row]) => row.group === group));
      const expected = [...ordered.map(([option]) => kebab(option)), 'help'];
      const full = shown([command, '--help']);
      assert.deepEqual(optionsIn(full), expected, command);
      for (const group of new Set(own.map(([, row]) => row.group)))
        assert.ok(full.includes(`\n${say.help.item(say.options.groups[group])}\n`), `${command}: ${group}`);
      const brief = shown([command, '-h']);
      assert.ok(optionsIn(brief).length <= 15, `${command}: ${optionsIn(brief).length}`);
      assert.equal(brief.includes(`sluice ${command} --help`), expected.length > 15, command);
    }
  });

  test(`each example and each exit code has its text: ${name}`, async (t) => {
    await language(t, name);
    const { commands, firstExamples: first } = say.help;
    for (const command of COMMAND_NAMES)
      assert.deepEqual(Object.keys(COMMANDS[command].examples('x')), Object.keys(commands[command].examples));
    assert.deepEqual(Object.keys(firstExamples('x')), Object.keys(first));
    for (const code of [0, 1, 2, 3, 130]) assert.match(shown(['mirror', '--help']), new RegExp(`\\n {2}${code} +\\S`));
  });
}

test('each command is on the first screen, and the first screen is the same for -h and --help', () => {
  const screen = shown(['--help']);
  for (const command of COMMAND_NAMES) assert.match(screen, new RegExp(`^ {2}${command} +\\S`, 'm'));
  assert.equal(shown(['-h']), screen);
  assert.match(screen, /1\. [\s\S]*sluice mirror upyun:[\s\S]*2\. /);
});

test('-h counts among other short options', () => {
  assert.equal(shown(['mirror', '-nqh']), shown(['mirror', '-h']));
});

test('the variables are one rule with its exceptions', () => {
  const rule = /--list-rate is SLUICE_LIST_RATE/;
  const exceptions: Partial<Record<CommandName, RegExp>> = {
    mirror: /SOURCE is SLUICE_SOURCE/,
    fetch: /--from is SLUICE_SOURCE/,
  };
  for (const [command, exception] of Object.entries(exceptions)) {
    assert.match(shown([command, '--help']), rule);
    assert.match(shown([command, '--help']), exception);
  }
  assert.equal(
    shown(['mirror', '--help']).match(/SLUICE_/g)!.length,
    6,
    'with two of secrets of a queue, one of a webhook and one of the dashboard',
  );
});
