/** Ends the run when its terminal goes away. Not with a config file: then SIGHUP reads new limits. */
import { isGoneTerminal } from '../../lib/process/terminal.js';
import type { Hangups } from './hangups.js';

/** When stderr is a terminal, the run ends with it. When it is not (`nohup` redirects it), the run continues. */
export function endWithTerminal(hangups: Pick<Hangups, 'listen'>, end: () => void): void {
  const { stdin, stderr } = process;
  const endIfTerminal = stderr.isTTY ? end : () => {};
  hangups.listen(endIfTerminal);
  if (!stdin.isTTY) return;
  // This event often comes before the signal.
  const onEnd = () => {
    if (isGoneTerminal(stdin)) endIfTerminal();
  };
  stdin.on('end', onEnd).on('error', onEnd);
}
