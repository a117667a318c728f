// Operator and password from the environment or from a file in any of its forms, and never in a message.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { parseCredentials, readCredentials } from '../../../../src/sources/upyun/credentials.js';
import { tempFolder } from '../../../support/disks/files.js';
import { anyText } from '../../../support/texts.js';

const both = { operator: 'op', password: 'hunter2' };

test('takes any of the usual forms', () => {
  const forms = [
    'UPYUN_OPERATOR=op\nUPYUN_PASSWORD=hunter2\n',
    'export UPYUN_OPERATOR="op"\nexport UPYUN_PASSWORD=\'hunter2\'',
    'operator = op\r\npassword = hunter2\r\n',
    '# a comment\nUPYUN_PASSWORD=hunter2\n\nUPYUN_OPERATOR=op',
    '{"operator":"op","password":"hunter2"}',
    '{"UPYUN_OPERATOR":"op","UPYUN_PASSWORD":"hunter2"}\n',
    'op:hunter2',
    'op:hunter2\n',
    'op\nhunter2',
    '\uFEFFop\nhunter2\n',
  ];
  for (const form of forms) assert.deepEqual(parseCredentials(form), both, JSON.stringify(form));
});

test('a password may hold anything', () => {
  for (const password of ['a=b', 'a:b', 'a#b', 'a b', '"', 'pa"ss', '密码']) {
    assert.equal(parseCredentials(`UPYUN_OPERATOR=op\nUPYUN_PASSWORD=${password}`)?.password, password);
    assert.equal(parseCredentials(`op:${password}`)?.password, password);
    assert.equal(parseCredentials(`op\n${password}`)?.password, password);
    assert.equal(parseCredentials(JSON.stringify({ operator: 'op', password }))?.password, password);
  }
});

/** As they come along from a page, a file of Windows, or an editor. */
const AROUND = [' ', '\t', '\r', '\n', '\r\n', '\u00a0', '\ufeff', '\u200b', ' \n\t'];

test('white space around a value is left out, with a warning that names the place and not the value', (t) => {
  for (const around of AROUND) {
    const env = { UPYUN_OPERATOR: `op${around}`, UPYUN_PASSWORD: `${around}hunter2${around}` };
    const { credentials, warnings } = readCredentials(undefined, env);
    assert.deepEqual(credentials, both, JSON.stringify(around));
    assert.deepEqual(
      warnings.map((warning) => /^UPYUN_(OPERATOR|PASSWORD): white space/.exec(warning)?.[1]),
      ['OPERATOR', 'PASSWORD'],
    );
    assert.ok(!warnings.join().includes('hunter2'));
  }
  const file = join(tempFolder(t), 'credentials');
  for (const text of [
    '{"operator":"op","password":"hunter2\\n"}',
    'op: hunter2',
    'op\n\u00a0hunter2',
    'UPYUN_OPERATOR=op\nUPYUN_PASSWORD=\u00a0hunter2\n',
  ]) {
    writeFileSync(file, text, { mode: 0o600 });
    const { credentials, warnings } = readCredentials(file, {});
    assert.deepEqual(credentials, both, text);
    assert.deepEqual(warnings, [`the password in ${file}: white space around the value was left out`]);
  }
});

test('quotes in a line of a file keep the white space of a value, and nothing but white space is none', () => {
  assert.equal(parseCredentials('UPYUN_OPERATOR=op\nUPYUN_PASSWORD=" hunter2 "')?.password, ' hunter2 ');
  const { problem } = readCredentials(undefined, { UPYUN_OPERATOR: 'op', UPYUN_PASSWORD: ' \n' });
  assert.match(problem!, /^UPYUN_PASSWORD not set/);
});

test('takes nothing for credentials that is none', () => {
  for (const text of [
    '',
    '\n',
    'op',
    'op:',
    ':x',
    'a\nb\nc',
    '{',
    '{}',
    '{"operator":1,"password":2}',
    'null',
    'OPERATOR=op',
  ]) {
    assert.equal(parseCredentials(text), undefined, JSON.stringify(text));
  }
});

test('never throws, whatever the file holds', () => {
  fc.assert(
    fc.property(fc.oneof(anyText(), fc.json()), (text) => {
      const found = parseCredentials(text);
      assert.ok(found === undefined || (found.operator !== '' && found.password !== ''));
    }),
    { numRuns: 2_000 },
  );
});

test('a file wins over the environment, and one that others can read is worth a warning', (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'credentials');
  writeFileSync(file, 'op:hunter2', { mode: 0o600 });
  const env = { UPYUN_OPERATOR: 'other', UPYUN_PASSWORD: 'other' };
  assert.deepEqual(readCredentials(file, env), { credentials: both, warnings: [] });
  assert.deepEqual(readCredentials(undefined, env).credentials, { operator: 'other', password: 'other' });
  const open = join(folder, 'open');
  writeFileSync(open, 'op:hunter2');
  writeFileSync(open, 'op:hunter2', { mode: 0o644 });
  assert.match(readCredentials(open, env).warnings[0] ?? '', /chmod 600/);
});

test('says what is wrong with a file, without what is in it', (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'credentials');
  assert.match(readCredentials(file, {}).problem!, /ENOENT/);
  assert.match(readCredentials(folder, {}).problem!, /EISDIR/);
  writeFileSync(file, 'hunter2');
  const { problem } = readCredentials(file, {});
  assert.match(problem!, /expected UPYUN_OPERATOR/);
  assert.doesNotMatch(problem!, /hunter2/);
});

test("an operator's name that cannot go into a header is a problem", () => {
  for (const operator of ['a:b', 'a b', 'a\nb', '名']) {
    const { problem, credentials } = readCredentials(undefined, {
      UPYUN_OPERATOR: operator,
      UPYUN_PASSWORD: 'hunter2',
    });
    assert.equal(credentials, undefined);
    assert.doesNotMatch(problem!, /hunter2/);
  }
});
