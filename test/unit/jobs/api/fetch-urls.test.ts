// Lists of URLs for programs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ConfigError, fetchUrls, type UrlOptions } from '../../../../src/index.js';
import { tempFolder } from '../../../support/disks/files.js';
import { serveWeb } from '../../../support/servers/urls.js';

test('a program gives URLs, or what is known of them', async (t) => {
  const server = await serveWeb(t, { '/a': { body: 'one' }, '/b': { body: 'two' } });
  const to = tempFolder(t);
  async function* urls() {
    yield `${server.origin}/a`;
    yield { url: `${server.origin}/b`, key: 'own/b', mtimeMs: 1_600_000_000_000, headers: { 'X-Own': 'yes' } };
    yield { url: 'ftp://a/\n' };
  }
  const { stored, failed } = await fetchUrls(urls(), to);
  assert.deepEqual([stored, failed], [2, 1]);
  assert.equal(readFileSync(join(to, new URL(server.origin).host, 'a'), 'utf8'), 'one');
  assert.equal(readFileSync(join(to, 'own/b'), 'utf8'), 'two');
  assert.equal(server.requests.find(({ path }) => path === '/b')!.headers['x-own'], 'yes');
});

test('wrong options are said at once', (t) => {
  const to = tempFolder(t);
  const wrong = (options: object, list: unknown = []) =>
    assert.throws(() => fetchUrls(list as string[], to, options as UrlOptions), ConfigError);
  wrong({ isUntrusted: 'yes' });
  wrong({ endpoint: 'http://a' });
  wrong({}, 'https://a.com/');
});
