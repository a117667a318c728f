/** The exit codes of all commands: a contract. */
export const EXIT = {
  ok: 0,
  /** Some objects failed, or differ. */
  someFailed: 1,
  /** Of `doctor`: at least one problem. */
  problems: 1,
  /** Of `status` and the queue commands: there is no such job or machine. */
  none: 1,
  usage: 2,
  /** `main.ts`, which loads nothing before it runs, sets this one itself. */
  fatal: 3,
  interrupted: 130,
} as const;
