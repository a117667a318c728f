/** The lines of a log, for people. The entry point of the command uses them, too. */
import { localTime } from '../../lib/text/local-time.js';
import type { Level } from './levels.js';
import type { Print } from './text.js';

/** `2026-11-28T18:46:02+08:00 WARN  …` */
export function logLine(line: string, level: Level): string {
  return `${localTime(Date.now())} ${level.toUpperCase().padEnd(5)} ${line}`;
}

/** Puts the time and the level in front of each line. */
export function stamped(print: (line: string) => void): Print {
  return (line, level = 'info') => print(logLine(line, level));
}
