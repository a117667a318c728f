/** A terminal that goes away, without a config file: SIGHUP asks for nothing else then. */
import { isGoneTerminal } from '../lib/process/terminal.js';
import type { Hangups } from './hangups.js';

/** Where stderr is a terminal, its end is that of the run; where it is none (`nohup` sees to that), it is no reason to end. */
export function endWithTerminal(hangups: Pick<Hangups, 'listen'>, end: () => void): void {
  const { stdin, stderr } = process;
  const endIfTerminal = stderr.isTTY ? end : () => {};
  hangups.listen(endIfTerminal);
  if (!stdin.isTTY) return;
  // Often comes before the signal does.
  const onEnd = () => {
    if (isGoneTerminal(stdin)) endIfTerminal();
  };
  stdin.on('end', onEnd).on('error', onEnd);
}
