/** Alerts: what is sent to a person who is not at the screen. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';

export interface Counted {
  readonly stored: number;
  readonly skipped: number;
  readonly gone: number;
  readonly failed: number;
  readonly bytes: number;
}

export interface AboutRun {
  readonly command: string;
  readonly source: string | undefined;
  readonly to: readonly string[];
  readonly machine: string;
}

export const alerts = {
  line: ({ command, source, to, machine }: AboutRun, text: string) =>
    `sluice ${command} ${[source, to.join(', ')].filter(Boolean).join(' → ')} on ${machine}: ${text}`,
  chat: (level: 'info' | 'warn' | 'error', message: string) =>
    `${{ info: '', warn: 'Warning: ', error: 'Error: ' }[level]}${message}`,
  finished: ({ stored, skipped, gone, failed, bytes }: Counted, command: string) =>
    command === 'verify'
      ? `complete: ${formatCount(skipped)} alike, ${formatCount(failed)} different`
      : `complete: ${formatCount(stored)} stored (${formatBytes(bytes)}), ${formatCount(skipped)} skipped, ${formatCount(gone)} gone, ${formatCount(failed)} failed`,
  stopped: (message: string, code: string) =>
    `stopped: ${message} [${code}]. What is stored stays; the same command goes on there`,
  interrupted: 'stopped by a signal. What is stored stays; the same command goes on there',
  failures: (count: number, file: string | undefined) =>
    `${formatCount(count)} objects have failed in this run${file === undefined ? '' : `; they are listed in ${file}`}`,
  recovered: (line: string) => `recovered: ${line}`,
  lost: (option: string, why: string) =>
    `${option}: an alert did not arrive: ${why}. The copy goes on; Sluice says so once, and tries again with the next alert`,
  back: (option: string) => `${option}: alerts arrive again`,
  commandHangs: 'the command did not end within 10 seconds, so Sluice killed it',
  commandFailed: (code: string, said: string) =>
    `the command ended with ${code}${said === '' ? '' : ` and said: ${said}`}`,
  refused: (status: number) => `the server answered ${status}`,
  noAnswer: 'no answer within 10 seconds',
  notReached: (code: string) => `no connection, or it broke (${code})`,
  noJson: 'the server answered something else than a chat does',
  inArguments:
    'the URL of --webhook is visible to every user of this machine (ps). If it holds a token, give it in SLUICE_WEBHOOK or in the config file',
  alone: '--webhook-format and --webhook-secret-file need --webhook',
  noUrl: 'expected http(s)://HOST/…',
};
