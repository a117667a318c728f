/** Leaving: what was written gets out, and the process ends even when a thread of it hangs. */
import { spawn } from 'node:child_process';
import { sleep } from '../lib/waiting/sleep.js';
import { EXIT } from './conclude.js';

const { stdout, stderr } = process;

const FLUSH_PATIENCE_MS = 1_000;

/**
 * Waits until everything that was written has left the process. Data is worth waiting for, whoever reads it; but not when
 * the process shall end, and messages are not for ever.
 */
export async function flushed(code: number): Promise<void> {
  const patience = sleep(FLUSH_PATIENCE_MS);
  // Often this runs within the callback of the last write to a disk: that one comes to its end first.
  await new Promise<void>((resolve) => setImmediate(resolve));
  await Promise.race([drained(stdout), ...(code === EXIT.interrupted ? [patience] : [])]);
  await Promise.race([drained(stderr), patience]);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

/**
 * Ends the process. Node waits for threads that are in the middle of a system call, and a disk that hangs never lets
 * them go. A program that takes the place of this one rids it of them (Node from 22.15 on can do that); else somebody
 * else has to end it, and the exit code is that of a killed process.
 */
export function endFor(code: number): never {
  const script = `sleep ${EXIT_PATIENCE_SECONDS}; kill -KILL ${process.pid}`;
  spawn('sh', ['-c', script], { stdio: 'ignore', detached: true, env: { PATH: process.env.PATH } })
    // It cannot be started: then the threads decide when the process ends.
    .on('error', () => {})
    .unref();
  const { execve } = process as { execve?: (file: string, args: string[], env: object) => never };
  try {
    execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
  } catch {
    // There is no such shell: the other way, then.
  }
  process.exit(code);
}

const EXIT_PATIENCE_SECONDS = 3;
