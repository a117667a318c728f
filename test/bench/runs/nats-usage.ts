// What nats-server takes of its machine, by the kernel's accounts.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Resident now. */
export function residentMegabytesOf(pid: number): number {
  return statusOf(pid, 'VmRSS');
}

/** The most that was ever resident. */
export function peakMegabytesOf(pid: number): number {
  return statusOf(pid, 'VmHWM');
}

function statusOf(pid: number, field: string): number {
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

/** A tick of the kernel's clock for processes, as every Linux shows it to them. */
const TICKS_A_SECOND = 100;

/** User and system time so far. */
export function secondsOf(pid: number): number {
  // The name of the command, in parentheses, may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** What lies in its streams. */
export function diskMegabytesOf(folder: string): number {
  return bytesBelow(join(folder, 'js')) / 1e6;
}

function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += bytesBelow(path);
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // nats-server has removed it meanwhile.
    return [];
  }
}
