/** Commands for the viewer to run: the one that tries the failures again is the one that the summary of a run names. */
import type { Picture } from '../../../events/picture/picture.js';

/** Undefined where there is no file of failures to read, or no folder to store into. */
export function retryCommand({ source, to, failuresFile }: Picture): string | undefined {
  if (failuresFile === undefined || to.length === 0) return undefined;
  return `sluice fetch --from ${quote(source)} ${foldersOf(to)} < ${quote(failuresFile)}`;
}

/** The command that shows the page of a job that has ended. */
export function dashboardCommand({ to }: Picture): string {
  return `sluice dashboard ${foldersOf(to)}`;
}

function foldersOf(to: readonly string[]): string {
  return to.map((folder) => `--to ${quote(folder)}`).join(' ');
}

/** For a POSIX shell. A control character in a text that is copied would reach the terminal, so it is written by its number. */
export function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!/[\u0000-\u001f\u007f-\u009f]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const bytes = [...new TextEncoder().encode(text)];
  const escaped = bytes.map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped.join('')}'`;
}
