// The build writes the manual page with this: `node dist/test/man.js` → dist/man/sluice.1.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manPage } from './support/man/man-page.js';

const ROOT = new URL('../../', import.meta.url);
const FILE = fileURLToPath(new URL('dist/man/sluice.1', ROOT));

const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
mkdirSync(dirname(FILE), { recursive: true });
writeFileSync(FILE, manPage(version));
