/** What the entry point and the command know of how the process ends. */
export interface Ending {
  /** The command has said how it ended, in its exit code or in words. */
  isSaid: boolean;
  /** The fields of the summary, of a run that has begun and has not told it. */
  summary: (() => object) | undefined;
  /** The summary, which comes last, was told. */
  isSummed: boolean;
  /** Messages are JSON lines. */
  isJson: boolean;
  /** Takes what was thrown where nobody could catch it; without it the process ends. */
  onDefect: ((thrown: unknown) => void) | undefined;
  /** Says what was thrown and ends the process. */
  fail: (thrown: unknown) => never;
}
