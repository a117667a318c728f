// Holds the README to the code.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { README, withSections } from './readme.js';

test('the README lists the options and the failures that the code has (npm run readme writes them)', () => {
  const text = readFileSync(README, 'utf8');
  assert.equal(withSections(text), text);
});

test('every relative link in the documents leads to a file', () => {
  const root = dirname(README);
  const documents = ['src', 'test']
    .flatMap((folder) =>
      (readdirSync(join(root, folder), { recursive: true }) as string[]).map((name) => join(folder, name)),
    )
    .filter((path) => path.endsWith('.md'));
  assert.ok(documents.length > 5);
  const broken: string[] = [];
  for (const document of ['README.md', ...documents]) {
    // Code blocks have no links.
    const text = readFileSync(join(root, document), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const path = link!.replace(/#.*$/, '');
      if (path === '' || /^\w+:/.test(path)) continue;
      if (!existsSync(join(root, dirname(document), path))) broken.push(`${document}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});
