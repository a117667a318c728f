// A second kind of store, registered here: what a scheme brings along is enough for the command line and for a run.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Invocation } from '../../../src/cli/arguments/invocation.js';
import { createProgram } from '../../../src/cli/program.js';
import { createConfig } from '../../../src/config/config.js';
import { optionTable } from '../../../src/config/options/table.js';
import { ConfigError } from '../../../src/errors.js';
import { configOf } from '../../../src/jobs/api/options.js';
import { start } from '../../../src/jobs/api/start.js';
import { run } from '../../../src/jobs/run/run.js';
import { choice, flag, origin, text } from '../../../src/lib/options/values.js';
import { readSecretFile } from '../../../src/lib/secrets/secret-file.js';
import { ALL, type OptionTable } from '../../../src/model/options/option.js';
import { SCHEMES, schemeOf } from '../../../src/sources/registry.js';
import { defineScheme, type OpenOptions, type Scheme, type SchemeOption } from '../../../src/sources/scheme.js';
import { tempFolder } from '../../support/disks/files.js';
import { memorySource } from '../../support/servers/memory-source.js';

const SECRET = 'hunter2';
const ONE = { a: Buffer.from('one'), 'b/c': Buffer.from('two') };

const TOY_OPTIONS = {
  shelf: {
    value: 'SHELF',
    read: choice(['left', 'right']),
    default: 'left',
    commands: ALL,
    group: 'where',
    help: 'where the box stands',
  },
  keyFile: { value: 'FILE', read: text('a file'), commands: ALL, group: 'where', help: 'file with the key' },
  endpoint: {
    value: 'URL',
    read: origin(),
    default: 'https://toys.example',
    commands: ALL,
    group: 'where',
    help: 'the shop',
  },
} as const satisfies OptionTable<SchemeOption>;

/** `toy://BOX`, with an option of its own, a key, and an `--endpoint` as Upyun has one. */
function toyScheme(): { toy: Scheme; opened: OpenOptions[] } {
  const opened: OpenOptions[] = [];
  const toy = defineScheme({
    name: 'toy',
    form: 'toy://BOX',
    example: 'toy://bricks',
    credentialsHelp: 'The key of a toy:// comes from TOY_KEY.',
    secretNames: ['toy-key'],
    options: TOY_OPTIONS,
    parse: (rest) => (/^[a-z]+$/.test(rest) ? { bucket: rest, prefix: '' } : 'SOURCE has to be toy://BOX'),
    jobName: ({ scheme, bucket }) => [scheme, bucket],
    facts: ({ endpoint }) => ({ origins: endpoint === undefined ? [] : [endpoint] }),
    needsCredentials: () => true,
    credentials({ values, env, isNeeded }) {
      const key = values.keyFile === undefined ? env.TOY_KEY : readSecretFile(values.keyFile).text.trim();
      if (key?.startsWith('key-')) return { credentials: { key }, problems: [], warnings: [] };
      const problem = key === undefined ? 'TOY_KEY not set' : 'TOY_KEY: that is no key';
      return { problems: isNeeded ? [problem] : [], warnings: [] };
    },
    open: (_url, options) => {
      opened.push(options);
      return memorySource(ONE);
    },
  });
  return { toy, opened };
}

const { toy, opened } = toyScheme();
const BOTH = [SCHEMES[0]!, toy];

/** What the command line makes of these arguments. */
function configFor(args: string[], env: NodeJS.ProcessEnv = { TOY_KEY: `key-${SECRET}` }) {
  let invocation: Invocation | undefined;
  const program = createProgram(
    '1',
    {
      onCommand: (found) => {
        invocation = found;
      },
    },
    BOTH,
  );
  program.parse(args, { from: 'user' });
  return createConfig({ ...invocation!, env, schemes: BOTH });
}

function problemsOf(args: string[], env?: NodeJS.ProcessEnv): readonly string[] {
  try {
    configFor(args, env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(!JSON.stringify([error.problems, error.message]).includes(SECRET), 'a secret in an error');
    return error.problems;
  }
}

test('the help has the options of each scheme, and says whose they are', () => {
  const program = createProgram('1', { onCommand: () => {} }, BOTH);
  const help = program.commands
    .find((one) => one.name() === 'mirror')!
    .helpInformation()
    .replace(/\s+/g, ' ');
  assert.match(help, /--shelf <SHELF> with toy:\/\/: where the box stands \(default left\)/);
  assert.match(help, /--variant <VERSION> with upyun:\/\/: /);
  // Both have this one: one row with both texts and both defaults.
  const { endpoint, from, credentials } = optionTable(BOTH);
  assert.match(endpoint!.help, /^with upyun:\/\/: REST API [\s\S]*\nwith toy:\/\/: the shop$/);
  assert.equal(endpoint!.defaultText, 'https://v0.api.upyun.com or https://toys.example');
  assert.match(from!.help, /upyun:\/\/BUCKET\[\/prefix\] or toy:\/\/BOX/);
  assert.ok(credentials!.help.startsWith('with upyun://: '));
});

test('the built-in options stand where they stood, without a word of schemes', () => {
  const table = optionTable([SCHEMES[0]!]);
  const names = Object.keys(table);
  const from = names.indexOf('names');
  assert.deepEqual(names.slice(from, names.indexOf('include') + 1), [
    'names',
    'credentials',
    'endpoint',
    'caCert',
    'insecure',
    'domain',
    'variant',
    'cdnTokenFile',
    'cdnTokenValid',
    'untrusted',
    'include',
  ]);
  assert.ok(Object.values(table).every(({ help }) => !help.includes('with upyun://')));
});

test('an option comes from its flag, the environment, the config file or its default', (t) => {
  const key = { TOY_KEY: `key-${SECRET}` };
  const file = join(tempFolder(t), 'sluice.toml');
  writeFileSync(file, 'source = "toy://bricks"\nshelf = "right"\nvariant = "!x"\n');
  assert.equal(configFor(['mirror', 'toy://bricks']).sourceOptions.shelf, 'left');
  assert.equal(configFor(['mirror', 'toy://bricks', '--shelf', 'right']).sourceOptions.shelf, 'right');
  assert.equal(configFor(['mirror', 'toy://bricks'], { ...key, SLUICE_SHELF: 'right' }).sourceOptions.shelf, 'right');
  const { sourceOptions, variant, credentials, scheme } = configFor(['mirror', '--config', file]);
  // An option of another scheme in a file that several commands share means nothing here.
  assert.deepEqual([sourceOptions.shelf, sourceOptions.variant, variant], ['right', undefined, undefined]);
  assert.deepEqual([credentials, scheme], [{ key: `key-${SECRET}` }, toy]);
  assert.equal(sourceOptions.endpoint, 'https://toys.example');
  assert.equal(
    configFor(['mirror', 'upyun://b'], { UPYUN_OPERATOR: 'o', UPYUN_PASSWORD: 'p' }).sourceOptions.endpoint,
    'https://v0.api.upyun.com',
  );
});

test('a flag of another scheme is a usage error that names its scheme', () => {
  const upyun = { UPYUN_OPERATOR: 'o', UPYUN_PASSWORD: 'p', SLUICE_SHELF: 'right' };
  assert.deepEqual(problemsOf(['mirror', 'upyun://b'], upyun), []);
  assert.deepEqual(problemsOf(['mirror', 'upyun://b', '--shelf', 'right'], upyun), [
    '--shelf: an option of toy://, but SOURCE is one of upyun://; leave it out',
  ]);
  assert.deepEqual(problemsOf(['mirror', 'toy://bricks', '--variant', '!x', '--endpoint', 'http://here']), [
    '--variant: an option of upyun://, but SOURCE is one of toy://; leave it out',
  ]);
  assert.throws(
    () => configOf('mirror', { from: 'upyun://b', to: 'x', options: { shelf: 'left' } as never, schemes: BOTH }),
    ({ problems }: ConfigError) => {
      assert.deepEqual(
        problems.filter((problem) => problem.startsWith('shelf')),
        ['shelf: an option of toy://, but SOURCE is one of upyun://'],
      );
      return true;
    },
  );
});

test('the key of a scheme comes from where the scheme says, and is in no error', (t) => {
  const file = join(tempFolder(t), 'key');
  writeFileSync(file, `key-${SECRET}\n`, { mode: 0o600 });
  assert.deepEqual(configFor(['list', 'toy://bricks', '--key-file', file], {}).credentials, { key: `key-${SECRET}` });
  assert.deepEqual(problemsOf(['list', 'toy://bricks'], {}), ['TOY_KEY not set']);
  assert.deepEqual(problemsOf(['list', 'toy://bricks'], { TOY_KEY: SECRET }), ['TOY_KEY: that is no key']);
  const config = join(tempFolder(t), 'sluice.toml');
  writeFileSync(config, `toy-key = "${SECRET}"\n`);
  assert.match(problemsOf(['list', 'toy://bricks', '--config', config]).join(), /"toy-key": credentials come from/);
  assert.deepEqual(problemsOf(['list', `toy://${SECRET}`]), ['SOURCE has to be toy://BOX']);
  assert.deepEqual(problemsOf(['list', `sand://${SECRET}`]).slice(0, 1), [
    'SOURCE has to be upyun://BUCKET[/prefix] or toy://BOX',
  ]);
});

test('a shared job has the name that the scheme gives it', () => {
  const args = ['mirror', 'toy://bricks', '--queue', 'nats://host'];
  assert.equal(configFor(args).queue?.job, 'toy-bricks');
});

test('a run opens the source with the values of its options', async (t) => {
  const to = tempFolder(t);
  const options = { shelf: 'right', credentials: { key: 'k' }, timeoutMs: 1_234 } as never;
  const config = configOf('mirror', { from: 'toy://bricks', to, options, schemes: BOTH });
  const { stored } = await start({ config, source: undefined, signal: undefined, work: run });
  assert.equal(stored, 2);
  assert.deepEqual(readFileSync(join(to, 'b/c')), ONE['b/c']);
  const { sourceOptions, credentials, timeoutMs } = opened.at(-1)!;
  assert.deepEqual(sourceOptions, { shelf: 'right', endpoint: 'https://toys.example' });
  assert.deepEqual([credentials, timeoutMs], [{ key: 'k' }, 1_234]);
});

test('schemes that do not fit together are a mistake that shows at once', () => {
  const wrong = (options: Scheme['options']) => () => optionTable([...SCHEMES, { ...toy, options }]);
  const row = { read: flag(), commands: ALL, group: 'what', help: 'x' } as const;
  assert.throws(wrong({ limit: row }), /toy: --limit is a common option/);
  assert.throws(wrong({ domain: row }), /--domain: a switch of one scheme/);
  assert.equal(schemeOf('toy://x'), undefined);
});

test('an option says which known option it follows', () => {
  const names = Object.keys(optionTable());
  for (const { options } of SCHEMES)
    for (const { after } of Object.values(options)) assert.ok(after === undefined || names.includes(after), after);
});
