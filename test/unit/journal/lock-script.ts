// Run as a process of its own by lock.test.ts: takes the lock, says so, and holds it until stdin ends.

import { acquireLock } from '../../../src/journal/lock.js';

try {
  const lock = await acquireLock(process.argv[2]!, 'sluice mirror');
  process.stdout.write('held\n');
  process.stdin.resume().once('end', () => lock.release());
} catch (error) {
  process.stdout.write(`${JSON.stringify({ ...(error as object), message: (error as Error).message })}\n`);
}
