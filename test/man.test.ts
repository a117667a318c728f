// The manual page as the build wrote it: all options are in it, and the tools that show it have nothing to say.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { COMMAND_NAMES } from '../src/config/options/commands.js';
import { flagOf, optionTable } from '../src/config/options/table.js';
import { say } from '../src/texts/say.js';
import { ROOT } from './sources.js';

const PAGE = join(ROOT, 'dist/man/sluice.1');

/** A page as a terminal shows it. With REQUIRE_MAN=1 the tools must be there. */
function shown(): { text: string; warnings: string } {
  const { stdout, stderr, error } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-P-cbou', '-rLL=500n', PAGE]);
  if (error !== undefined) throw error;
  return { text: stdout.toString(), warnings: stderr.toString() };
}

function skipWithoutGroff(): string | false {
  // The small package groff-base is enough.
  if (spawnSync('groff', ['-v']).status === 0) return false;
  const missing = 'no groff: apt-get install groff-base';
  assert.notEqual(process.env.REQUIRE_MAN, '1', missing);
  return missing;
}

test('the manual page shows each command and option, without a warning of groff', { skip: skipWithoutGroff() }, () => {
  const { text, warnings } = shown();
  assert.equal(warnings, '');
  const lines = text.split('\n').map((line) => line.trim());
  for (const [name, row] of Object.entries(optionTable())) {
    const flag = flagOf(name, row);
    assert.ok(
      lines.some((line) => line === flag || line.endsWith(`, ${flag}`) || line.startsWith(`${flag} `)),
      flag,
    );
    for (const fact of row.help.split('\n')) assert.ok(text.includes(fact), `${flag}: ${fact}`);
  }
  for (const name of COMMAND_NAMES)
    assert.ok(text.includes(say.help.commands[name].description.replaceAll('\n', ' ')), name);
  for (const title of ['NAME', 'SYNOPSIS', 'ENVIRONMENT', 'FILES', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO'])
    assert.ok(lines.includes(title), title);
});

test('package.json names the page, so that "npm install --global" installs it', () => {
  const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  // npm takes no notice of a text.
  assert.ok(Array.isArray(man));
  assert.match(readFileSync(join(ROOT, man[0]), 'utf8'), /^\.TH SLUICE 1 /);
});
