// The contract of a sink, kept by disks: by one, and by two together; and by what a program brings along.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Arena } from '../../src/lib/md5/arena.js';
import { pathOf } from '../../src/model/names/names.js';
import type { VolumesOptions } from '../../src/sinks/disks/volumes.js';
import { ownSink } from '../../src/sinks/own-sink.js';
import { openedVolumes, tempFolder } from '../support/disks/files.js';
import { memorySink } from '../support/disks/memory-sink.js';
import { type OpenedSink, sinkContract } from './sink.js';

async function disks(t: TestContext, count: number, options: VolumesOptions = {}): Promise<OpenedSink> {
  const folder = tempFolder(t);
  const roots = Array.from({ length: count }, (_, index) => join(folder, `disk${index}`));
  const open = () => openedVolumes(t, roots, options);
  return {
    sink: await open(),
    reopen: open,
    async read(key) {
      const path = roots.map((root) => join(root, pathOf(key))).find((one) => existsSync(one));
      return path === undefined ? undefined : readFileSync(path);
    },
  };
}

sinkContract('one disk', (t) => disks(t, 1));
sinkContract('two disks', (t) => disks(t, 2));
sinkContract('a disk that flushes each file', (t) => disks(t, 1, { durability: 'file' }));
sinkContract('a disk with memory that is shared with its thread', (t) =>
  disks(t, 1, { arena: new Arena(16 * 1024 * 1024) }),
);

sinkContract("a sink of one's own", async () => {
  const sink = memorySink();
  const open = async () => ownSink(sink);
  return { sink: await open(), reopen: open, read: async (key) => sink.kept.get(key)?.bytes };
});
