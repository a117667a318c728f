// Options from a file: TOML or JSON, profiles, and who wins.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createConfig } from '../../../src/config/config.js';
import { profilesIn } from '../../../src/config/config-file.js';
import type { RawOptions } from '../../../src/config/read-values.js';
import { ConfigError } from '../../../src/errors.js';
import { tempFolder } from '../../support/disks/files.js';

const CREDENTIALS = { UPYUN_OPERATOR: 'operator', UPYUN_PASSWORD: 'secret' };

function configOf(t: TestContext, text: string, options: RawOptions = {}, env: Record<string, string> = {}) {
  const folder = tempFolder(t);
  const path = join(folder, 'sluice.toml');
  writeFileSync(path, text);
  const to = { to: [join(folder, 'out')] };
  return createConfig({
    command: 'mirror',
    source: undefined,
    options: { ...to, config: [path], ...options },
    env: { ...CREDENTIALS, ...env },
  });
}

function problemsOf(t: TestContext, text: string, options: RawOptions = {}): readonly string[] {
  try {
    configOf(t, text, options);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

const TOML = `
source = "upyun://photos/2017"
concurrency = 12
bwlimit = "10M"
include = ["*.jpg", "*.png"]
quiet = true

[profiles.night]
bwlimit = "off"
rate = 0.5
`;

test('TOML and JSON say the same', (t) => {
  const json = JSON.stringify({
    source: 'upyun://photos/2017',
    concurrency: 12,
    bwlimit: '10M',
    include: ['*.jpg', '*.png'],
    quiet: true,
    profiles: { night: { bwlimit: 'off', rate: 0.5 } },
  });
  for (const text of [TOML, json, `\n  ${json}`]) {
    const { source, connections, limits, include, isQuiet, configFile } = configOf(t, text);
    assert.deepEqual(
      [source, connections.objects.max, include, isQuiet],
      [{ scheme: 'upyun', bucket: 'photos', prefix: '2017' }, 12, ['*.jpg', '*.png'], true],
    );
    assert.deepEqual(limits.bytesPerSecond, [{ minuteOfWeek: 0, perSecond: 10 * 1024 * 1024 }]);
    assert.match(configFile!, /sluice\.toml$/);
    const night = configOf(t, text, { profile: ['night'] });
    assert.deepEqual(
      [night.limits.bytesPerSecond, night.limits.objectsPerSecond, night.connections.objects.max],
      [[{ minuteOfWeek: 0, perSecond: undefined }], 0.5, 12],
    );
  }
});

test('a flag wins over a variable, a variable over a profile, a profile over the rest of the file, that over the default', (t) => {
  const text = 'source = "upyun://x"\nretries = 1\ntimeout = "1s"\n[profiles.p]\nretries = 2\n';
  assert.deepEqual(
    [configOf(t, text).retries, configOf(t, text).timeoutMs, configOf(t, text).pageSize],
    [1, 1_000, 10_000],
  );
  assert.equal(configOf(t, text, { profile: ['p'] }).retries, 2);
  assert.equal(configOf(t, text, { profile: ['p'] }, { SLUICE_RETRIES: '3' }).retries, 3);
  assert.equal(configOf(t, text, { profile: ['p'], retries: ['4'] }, { SLUICE_RETRIES: '3' }).retries, 4);
});

test('the file and the profile can be named in the environment', (t) => {
  const path = join(tempFolder(t), 'c.json');
  writeFileSync(path, '{"source": "upyun://x", "profiles": {"p": {"retries": 7}}}');
  const env = { ...CREDENTIALS, SLUICE_CONFIG: path, SLUICE_PROFILE: 'p', SLUICE_TO: join(tempFolder(t), 'out') };
  assert.equal(createConfig({ command: 'mirror', source: undefined, options: {}, env }).retries, 7);
});

test('an option of another command is no mistake in a file that several use', (t) => {
  assert.equal(configOf(t, 'source = "upyun://x"\nextra = true\nchecksum = true\n').isExtra, false);
});

test('all that is wrong is named, with the place, and no value is repeated', (t) => {
  const problems = problemsOf(
    t,
    'source = "upyun://x"\nconcurrencyy = 3\npassword = "hunter2"\nretries = [1, 2]\ntimeout = "soon"\n',
  );
  assert.equal(problems.length, 4);
  assert.match(problems[0]!, /unknown option "concurrencyy"/);
  assert.match(problems[1]!, /unknown option "password": credentials come from the environment/);
  assert.match(problems[2]!, /retries must be a text, a number/);
  assert.match(problems[3]!, /^timeout in the config file: expected a duration/);
  assert.doesNotMatch(problems.join('\n'), /hunter2/);
});

test('a file that cannot be understood is one problem, with its line: what else is missing could be in it', (t) => {
  const table: [text: string, problem: RegExp][] = [
    ['source = "upyun://x"\na = = b\n', /line 2, column 5: .*\(TOML\)$/],
    ['[profiles.p\nretries = 1', /line 1, column \d+: .*\(TOML\)$/],
    ['{"source": "upyun://x",\n  "retries": 07}', /line 2, column 14: this is not valid JSON$/],
    ['{\n\n "a": [1, {"b": "hunter2\n"}]}', /line 3, column 17: this is not valid JSON$/],
    ['{"a": ', /line 1: the JSON ends too early$/],
    ['{"a": 1,\n}', /line 2, column 1: this is not valid JSON$/],
  ];
  for (const [text, problem] of table) {
    const [first, ...others] = problemsOf(t, text);
    assert.match(first!, problem);
    assert.deepEqual(others, [], text);
    assert.doesNotMatch(first!, /hunter2/);
  }
  // What does not depend on the file is named, too.
  const [, flag, ...others] = problemsOf(t, 'a = = b', { timeout: ['soon'] });
  assert.match(flag!, /^--timeout: expected a duration/);
  assert.deepEqual(others, []);
});

test('a file that cannot be read, and a profile that is not there', (t) => {
  assert.match(problemsOf(t, '', { config: ['/no/such/file'] })[0]!, /^--config: .*there is no such file.* .ENOENT/);
  assert.match(problemsOf(t, TOML, { profile: ['day'] })[0]!, /has no profile "day"; it has: night/);
  assert.match(
    problemsOf(t, 'profiles = 3\nsource = "upyun://x"', { profile: ['toString'] })[0]!,
    /no profile "toString"; it has: none/,
  );
  const alone = () =>
    createConfig({ command: 'list', source: 'upyun://x', options: { profile: ['p'] }, env: CREDENTIALS });
  assert.throws(alone, /--profile: give --config, too/);
});

test('a key that is nearly an option names the option, and a word for a secret where secrets belong', (t) => {
  const [near, prefix, far, secret] = problemsOf(
    t,
    'concurency = 12\nlist-conc = 2\nhunter2 = "x"\npassword = "hunter3"\n',
    {},
  ).map((problem) => problem.replace(/^.*: unknown option /, ''));
  assert.equal(near, '"concurency"; did you mean concurrency?');
  assert.equal(prefix, '"list-conc"; did you mean list-concurrency?');
  assert.equal(far, '"hunter2"');
  assert.match(secret!, /^"password": credentials come from/);
});

test('a shell that completes gets no profiles of a pipe, and does not wait for one', (t) => {
  const folder = tempFolder(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  assert.deepEqual(profilesIn(pipe), []);
  const file = join(folder, 'c.toml');
  writeFileSync(file, '[profiles.slow]\n');
  assert.deepEqual(profilesIn(file), ['slow']);
});
