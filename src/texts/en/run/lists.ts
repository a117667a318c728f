/** Errors of what a run reads and writes line by line: its input and output, the failures file, what is gone, the manifest. */

export const lists = {
  failuresFile: 'the failures file',
  goneFile: 'the list of what is gone',
  /** `what` names the list. */
  unwritable: (what: string, path: string, why: string) =>
    `${what} ${path} cannot be written: ${why}. Free some space there, or give another file with --failures`,
  jobFailures: (path: string, why: string) =>
    `${path} cannot be written: ${why}. The run needs it for its failures. Free some space, or repair the disk, then run the same command again`,
  manifest: (path: string, why: string) =>
    `the manifest ${path} cannot be written: ${why}. Free some space there, or give another file`,
  noInput: (why: string) =>
    `stdin cannot be read: ${why}. What is stored stays. Give the whole input again; what is there already is skipped`,
  terminalGone: 'its terminal is gone, and perhaps not all was read',
  outputClosed: 'the output was closed',
};
