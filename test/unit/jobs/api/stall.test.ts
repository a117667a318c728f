// A source of one's own that does not answer any more: each job ends, and says so.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { list, mirror, type Source, type TransferError, verify } from '../../../../src/index.js';
import { tempFolder } from '../../../support/disks/files.js';
import { rejection } from '../../../support/waiting.js';

type Command = (source: Source, t: TestContext) => Promise<unknown>;

const OPTIONS = { stallMs: 60, retries: 0 };

const COMMANDS: Record<string, Command> = {
  mirror: (source, t) => mirror(source, tempFolder(t), OPTIONS).then(),
  verify: (source, t) => verify(source, tempFolder(t), OPTIONS).then(),
  async list(source) {
    for await (const _ of list(source, OPTIONS));
  },
};

const never = () => new Promise<never>(() => {});

function silentSource(members: Partial<Source> = {}): Source {
  return { url: 'memory://silent', lister: { listPage: never }, get: never, close: async () => {}, ...members };
}

for (const [name, command] of Object.entries(COMMANDS)) {
  test(`${name} ends when a page of the listing never comes`, { timeout: 20_000 }, async (t) => {
    const error = await rejection<TransferError>(command(silentSource(), t));
    assert.equal(error.code, 'ERR_STALLED');
  });

  test(`${name} ends also when the source cannot be closed`, { timeout: 20_000 }, async (t) => {
    const error = await rejection<TransferError>(command(silentSource({ close: never }), t));
    assert.equal(error.code, 'ERR_STALLED');
  });

  test(`${name} goes on while pages come, though they name nothing`, { timeout: 20_000 }, async (t) => {
    let pages = 0;
    const source = silentSource({
      lister: {
        async listPage() {
          await new Promise((resolve) => setTimeout(resolve, OPTIONS.stallMs / 2));
          pages++;
          return { entries: [], nextCursor: pages < 20 ? `${pages}` : undefined };
        },
      },
    });
    await command(source, t).catch((error: TransferError) => assert.equal(error.code, undefined, error.message));
    assert.equal(pages, 20);
  });
}

test('verify ends when the MD5 of an object never comes', { timeout: 20_000 }, async (t) => {
  const to = tempFolder(t);
  const stored: Source = silentSource({
    lister: { listPage: async () => ({ entries: [{ key: 'a', size: 1 }] }) },
    get: async () => ({ bytes: Buffer.from('a') }),
  });
  await mirror(stored, to);
  // So the source is asked for the MD5.
  rmSync(join(to, '.sluice', 'digests'), { recursive: true, force: true });
  const error = await rejection<TransferError>(
    verify({ ...stored, digest: never }, to, { ...OPTIONS, isChecksum: true }).then(),
  );
  assert.equal(error.code, 'ERR_STALLED');
});
