// What is imported at all: each package only where it is hidden from the rest, and no export without an import.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { FILES, importsOf, ROOT, TESTS } from './sources.js';

/** Who may import a package: the files and folders that stand between it and the rest. */
const PACKAGES: Record<string, readonly string[]> = {
  '@nats-io/jetstream': ['src/queue/nats/'],
  '@nats-io/kv': ['src/queue/nats/'],
  '@nats-io/transport-node': ['src/queue/nats/'],
  'cli-progress': ['src/events/reporters/'],
  commander: ['src/cli/'],
  'fs-extra': ['src/events/lists/', 'src/jobs/'],
  'fs-native-extensions': ['src/journal/lock.ts'],
  'get-east-asian-width': ['src/lib/text/width.ts'],
  ms: ['src/lib/options/'],
  'p-map': ['src/stages/verify/'],
  picomatch: ['src/model/filter.ts'],
  'prom-client': ['src/web/metrics/'],
  'proxy-from-env': ['src/http/'],
  'smol-toml': ['src/config/'],
  'stream-chain': ['src/stages/', 'pipelines/'],
  undici: ['src/http/'],
};

/** The build copies it beside the page, so that no machine installs it. */
const COPIED: Record<string, readonly string[]> = { uplot: ['src/web/page/charts/'] };

/** The name of a package, not of a module of Node or of a file. */
const PACKAGE =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|require(?:\([^()]*\))?\(\s*|\(import\.meta\.url\)\(\s*)'((?!node:)[@a-z][^']*)'/g;

test('a package is imported only where it is hidden from the rest', () => {
  const used = new Set<string>();
  for (const { path, text } of FILES) {
    if (path.endsWith('.d.ts')) continue;
    for (const [, target] of text.matchAll(PACKAGE)) {
      const name = target!.split('/', target!.startsWith('@') ? 2 : 1).join('/');
      const places = PACKAGES[name] ?? COPIED[name];
      if (name in PACKAGES) used.add(name);
      assert.ok(places !== undefined, `${path} imports ${name}, which the rule does not know`);
      assert.ok(
        places.some((place) => path.startsWith(place)),
        `${path} imports ${name}`,
      );
    }
  }
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.deepEqual([...used].sort(), Object.keys(PACKAGES).sort());
  assert.deepEqual([...used].sort(), Object.keys(dependencies).sort(), 'the dependencies of package.json');
});

test('what is exported is used by another file', () => {
  const textOf = new Map([...FILES, ...TESTS].map(({ path, text }) => [path, text]));
  const users = new Map<string, string[]>();
  for (const { from, to } of importsOf([...FILES, ...TESTS]))
    users.set(to, [...(users.get(to) ?? []), textOf.get(from)!]);
  const idle = FILES.filter(({ path }) => path !== 'src/index.ts').flatMap(({ path, text }) =>
    [...text.matchAll(/^export (?:async )?(?:abstract )?(?:function\*?|const|class) (\w+)/gm)]
      .map(([, name]) => name!)
      .filter((name) => !users.get(path)?.some((user) => new RegExp(`\\b${name}\\b`).test(user)))
      .map((name) => `${path}: ${name}`),
  );
  assert.deepEqual(idle, []);
});
