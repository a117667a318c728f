/** The exit: it flushes the output, and ends the process even when one of its threads hangs. */
import { spawn } from 'node:child_process';
import { sleep } from '../lib/waiting/sleep.js';
import { EXIT } from './exit-codes.js';

const { stdout, stderr } = process;

const FLUSH_TIMEOUT_MS = 1_000;

/**
 * Waits until all output has left the process. For data it waits without limit, except when the user interrupts the
 * run. For messages it waits a limited time.
 */
export async function flushed(code: number): Promise<void> {
  const timeout = sleep(FLUSH_TIMEOUT_MS);
  // This often runs inside the callback of the last write to a disk. That callback must return first.
  await new Promise<void>((resolve) => setImmediate(resolve));
  await Promise.race([drained(stdout), ...(code === EXIT.interrupted ? [timeout] : [])]);
  await Promise.race([drained(stderr), timeout]);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

/**
 * Ends the process. Node waits for threads that are in a system call, and a disk that hangs never releases them. With
 * execve another program replaces this process and its threads (Node 22.15 and later). Without it a separate shell
 * kills the process, and the exit code is the code of a killed process.
 */
export function endFor(code: number): never {
  const script = `sleep ${EXIT_TIMEOUT_SECONDS}; kill -KILL ${process.pid}`;
  spawn('sh', ['-c', script], { stdio: 'ignore', detached: true, env: { PATH: process.env.PATH } })
    // The shell cannot start. Then the threads decide when the process ends.
    .on('error', () => {})
    .unref();
  const { execve } = process as { execve?: (file: string, args: string[], env: object) => never };
  try {
    execve?.('/bin/sh', ['sh', '-c', `exit ${code}`], {});
  } catch {
    // There is no shell to replace the process. Exit without it.
  }
  process.exit(code);
}

const EXIT_TIMEOUT_SECONDS = 3;
