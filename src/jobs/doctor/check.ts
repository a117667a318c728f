/** What `doctor` finds: one line for each thing that it looks at. */

export type Level = 'ok' | 'warning' | 'problem';

export interface Check {
  /** What was looked at. A word of the JSON answer, so a contract. */
  readonly check: string;
  readonly level: Level;
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
  /** The same for programs: numbers in their units, never a secret. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

type Facts = Check['data'];

export function ok(check: string, message: string, data?: Facts): Check {
  return { check, level: 'ok', message, data };
}

export function warning(check: string, message: string, advice?: string, data?: Facts): Check {
  return { check, level: 'warning', message, advice, data };
}

export function problem(check: string, message: string, advice?: string, data?: Facts): Check {
  return { check, level: 'problem', message, advice, data };
}
