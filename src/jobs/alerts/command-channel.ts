/** `--on-event`: a command of the user's, in a shell, with the alert as JSON on its stdin. */
import { spawn } from 'node:child_process';
import { printable } from '../../events/reporters/reporter.js';
import { say } from '../../texts/say.js';
import type { AlertChannel, JobAlert } from './alert.js';

/** Of what the command writes to stderr, for the message when it fails. */
const SHOWN_BYTES = 300;

export function commandChannel(command: string): AlertChannel {
  return { option: '--on-event', send: (alert, signal) => runCommand(command, alert, signal) };
}

function runCommand(command: string, alert: JobAlert, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C at the terminal is for Sluice, and all that hangs in it can be killed.
    const child = spawn('/bin/sh', ['-c', command], {
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, SLUICE_ALERT: alert.alert, SLUICE_ALERT_MESSAGE: alert.message },
    });
    let said = '';
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
      reject(new Error(say.alerts.commandHangs));
    };
    signal.addEventListener('abort', kill, { once: true });
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < SHOWN_BYTES) said += chunk.toString('utf8');
    });
    // A command that does not read is none that fails.
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(alert)}\n`);
    child.once('error', reject);
    // Not `close`: what it has left in the background may hold stderr open.
    child.once('exit', (code, killed) => {
      signal.removeEventListener('abort', kill);
      child.stderr.destroy();
      if (code === 0) return resolve();
      const why = printable(said.slice(0, SHOWN_BYTES).trim());
      reject(new Error(say.alerts.commandFailed(code === null ? String(killed) : String(code), why)));
    });
    child.unref();
  });
}
