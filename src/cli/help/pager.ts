/** Shows a long text on a terminal page by page, as `git` and `man` do. */
import { spawn } from 'node:child_process';

/** F: a short text ends at once. R: colours. X: the text stays on the screen. */
const LESS = ['less', '-FRX'] as const;
/** The shell may not run the command, or has not found it. */
const NOT_STARTED: ReadonlySet<number | null> = new Set([126, 127]);

/** Whether a text needs a pager: only on a terminal, and only if it is longer than the screen. */
export function needsPager(text: string, { isTTY, rows }: { isTTY?: boolean; rows?: number }, env: NodeJS.ProcessEnv) {
  if (!isTTY || env.TERM === 'dumb' || env.PAGER?.trim() === '') return false;
  // A terminal that does not know its size says 0.
  return text.split('\n').length > (rows || 24);
}

/** Returns whether a pager has shown it. A pager that ends early, as with `q`, has shown enough. */
export async function page(text: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [file, ...args] = env.PAGER === undefined ? LESS : (['sh', '-c', env.PAGER] as const);
  const pager = spawn(file, args, { stdio: ['pipe', 'inherit', 'inherit'], env });
  // Ctrl-C is for the pager: it stops a search there.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  const ended = new Promise<boolean>((resolve) => {
    pager.once('error', () => resolve(false));
    pager.once('close', (code) => resolve(!NOT_STARTED.has(code)));
  });
  // A pager that ends early does not take the rest.
  pager.stdin.on('error', ignore);
  pager.stdin.end(text);
  const isShown = await ended;
  process.off('SIGINT', ignore);
  return isShown;
}
