// `node dist/test/picture.js`: the picture in the README, of a real run. A bucket of 40,000 objects is mirrored onto two
// disks (in memory, in a mount namespace) on a terminal of 80 columns; the server is as far away as a real one.

import { mkdirSync, writeFileSync } from 'node:fs';
import { proceduralBucket } from './fakes/buckets/procedural-bucket.js';
import { ROOT } from './readme.js';
import { openStand } from './support/readme/examples.js';
import { drawTerminal } from './support/readme/svg.js';
import { until } from './support/waiting.js';

const COLUMNS = 80;
const COMMAND = 'sluice mirror upyun://photos --to /mnt/disk1/photos --to /mnt/disk2/photos';
const DISKS =
  'mount -t tmpfs none /mnt; mkdir /mnt/disk1 /mnt/disk2; for n in 1 2; do mount -t tmpfs none /mnt/disk\\$n; done';
const photos = proceduralBucket({ objectsPerDirectory: 400, directories: 100 });

const stand = await openStand('C.UTF-8', { photos, faults: [{ action: { delayMs: 120 } }] });
await stand.run('export SLUICE_ENDPOINT=http://127.0.0.1:8480 UPYUN_OPERATOR=operator UPYUN_PASSWORD=password');
const script = `${DISKS}; printf '\\e[32m$\\e[0m ${COMMAND}\\n'; ${COMMAND}`;
const terminal = stand.begin(`unshare --mount --map-root-user bash -c "${script}"`);
try {
  // A third of it: every line of the screen has something to say.
  await until(() => /3\d(\.\d)? ?%/.test(terminal.text()), 'a third of the copy', 180_000);
  const rows = terminal.coloured().trimEnd().split('\n');
  mkdirSync(`${ROOT}.github`, { recursive: true });
  writeFileSync(`${ROOT}.github/run.svg`, drawTerminal(rows, COLUMNS, `${COMMAND}, after a third`));
  process.stdout.write(`${rows.join('\n')}\n`);
} finally {
  terminal.close();
  await stand.close();
}
