// The option table: each option has its place in the help, and its text in each language.

import assert from 'node:assert/strict';
import test from 'node:test';
import { OPTIONS } from '../../../../src/config/options/common-options.js';
import { optionTable } from '../../../../src/config/options/table.js';
import { OPTION_GROUPS } from '../../../../src/model/options/option.js';
import { en } from '../../../../src/texts/en/index.js';

test('each option has a text and a group, and no text is left without its option', () => {
  const names = Object.keys(OPTIONS);
  const { common, defaults, managing, groups } = en.options;
  assert.deepEqual(Object.keys(common).sort(), [...names].sort());
  for (const name of [...Object.keys(defaults), ...Object.keys(managing)]) assert.ok(names.includes(name), name);
  assert.deepEqual(Object.keys(groups), [...OPTION_GROUPS]);
  for (const [name, { group, help }] of Object.entries(optionTable())) {
    assert.ok(OPTION_GROUPS.includes(group), name);
    assert.ok(
      help.split('\n').every((line) => line.trim() !== ''),
      name,
    );
  }
});
