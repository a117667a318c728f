/** What the entry point and the command share about the end of the process. */
import type { Texts } from '../texts/say.js';

export interface Ending {
  /** The command has reported its end, by its exit code or in words. */
  isSaid: boolean;
  /** Returns the fields of the summary. Set when a run has started and has not printed its summary. */
  summary: (() => object) | undefined;
  /** The summary is printed. It comes last. */
  isSummed: boolean;
  /** In the language of the user, as soon as that is known. */
  texts: Pick<Texts['cli'], 'openFiles' | 'defect' | 'neverEnds'> | undefined;
  /** Writes the error that ends the process to the log file, if there is one. */
  log: ((code: string, message: string) => void) | undefined;
  /** Messages are JSON lines. */
  isJson: boolean;
  /** Handles an uncaught exception. If undefined, the process ends. */
  onDefect: ((thrown: unknown) => void) | undefined;
  /** Prints the error and ends the process. */
  fail: (thrown: unknown) => never;
}
