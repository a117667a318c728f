// Completion as users have it: typed into real shells, and what the command says without them.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { SHELLS, skipWithout, typeInto } from '../../../support/cli/shells.js';
import { tempFolder } from '../../../support/disks/files.js';

for (const shell of SHELLS) {
  test(`${shell} completes commands, a SOURCE, options, values, folders and files, and evaluates nothing`, {
    skip: skipWithout(shell),
  }, async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, 'my disk'));
    writeFileSync(join(folder, 'my file'), '');
    writeFileSync(join(folder, 'night.toml'), '[profiles.slow]\n[profiles.fast]\n');
    const substitution = shell === 'fish' ? '(touch evaluated)' : '$(touch evaluated)';
    // A line that is completed and then quoted (from Ctrl-A to Ctrl-E), so that it does nothing, and one that is run.
    const quoted = `sluice mirror ${substitution} --dur\t\u0001: '\u0005'\r`;
    const typed = 'sluice mir\tupy\tpics --dur\tb\t --names=ref\t --config=ni\t --prof\tsl\t --to my\t';
    const args = await typeInto(t, shell, folder, quoted + typed);
    assert.deepEqual(
      args.map((arg) => arg.replace(/([^/])\/$/, '$1')),
      ['mirror', 'upyun://pics', '--durability', 'barrier', '--names=refuse', '--config=night.toml'].concat(
        '--profile',
        'slow',
        '--to',
        'my disk',
      ),
    );
    assert.ok(!existsSync(join(folder, 'evaluated')), 'the shell ran what was only typed');
  });
}

test('prints the script of the shell that is named, or of SHELL; and says what is wrong', async (t) => {
  const { run } = await openWorld(t);
  const named = (await run(['completion', 'fish'], { env: { SHELL: '/bin/zsh' } })).expectExit(0);
  assert.match(named.stdout, /complete -c sluice/);
  const guessed = (await run(['completion'], { env: { SHELL: '/usr/bin/zsh' } })).expectExit(0);
  assert.match(guessed.stdout, /^#compdef sluice/);
  const none = (await run(['completion'], { env: { SHELL: '/bin/ksh' } })).expectExit(2);
  assert.match(none.stderr, /name your shell \(bash, zsh, fish\)/);
  const wrong = (await run(['completion', 'tcsh'])).expectExit(2);
  assert.match(wrong.stderr, /cannot complete for this shell; it can for bash, zsh, fish/);
  const chinese = (await run(['completion', 'tcsh'], { env: { SLUICE_LANG: 'zh' } })).expectExit(2);
  assert.match(chinese.stderr, /不支持该 shell/);
  assert.equal(wrong.stdout + none.stdout + chinese.stdout, '');
  assert.match((await run(['--help'])).stdout, /^ +completion .*script/m);
  assert.match((await run(['completion', '--help'])).expectExit(0).stdout, /source <\(sluice completion bash\)/);
});
