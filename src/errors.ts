/**
 * All failures of Sluice. The class says what to do, the code says why. Only this table links the two; the help of a code
 * and the lists in the topics come from it and from the texts.
 */

import { en } from './texts/en/index.js';
import { say } from './texts/say.js';

/** What the run does after an error. Decided by the code alone, never by the message. */
export type Verdict = 'retry' | 'throttle' | 'skip' | 'fatal';

/** Code → what the run does. What each code means is in `texts/`. */
const VERDICTS = {
  ERR_UNREACHABLE: 'retry',
  ERR_HOST_UNREACHABLE: 'retry',
  ERR_NETWORK: 'retry',
  ERR_TIMEOUT: 'retry',
  ERR_SERVER: 'retry',
  ERR_TRUNCATED: 'retry',
  ERR_SIZE: 'retry',
  ERR_DIGEST: 'retry',
  ERR_ETAG: 'retry',
  ERR_CHANGED: 'retry',
  ERR_ENCODED: 'retry',
  ERR_PROTOCOL: 'retry',
  ERR_NOT_OBJECT: 'retry',
  ERR_LISTING: 'retry',
  ERR_DISK: 'retry',
  ERR_VOLUME_OUT: 'retry',
  ERR_INTERNAL: 'retry',
  ERR_THROTTLED: 'throttle',
  ERR_OPEN_FILES: 'throttle',
  ERR_NOT_FOUND: 'skip',
  ERR_NOT_SERVED: 'skip',
  ERR_FORBIDDEN_OBJECT: 'skip',
  ERR_ARCHIVED: 'skip',
  ERR_ENCRYPTED: 'skip',
  ERR_REJECTED: 'skip',
  ERR_REDIRECT: 'skip',
  ERR_HOST_TLS: 'skip',
  ERR_NOT_PUBLIC: 'skip',
  ERR_UNSAFE_KEY: 'skip',
  ERR_NAME_TOO_LONG: 'skip',
  ERR_PATH_CONFLICT: 'skip',
  ERR_TOO_LARGE: 'skip',
  ERR_DIFFERENT: 'skip',
  ERR_NOTHING_COMPARED: 'skip',
  ERR_BAD_LINE: 'skip',
  ERR_AUTH: 'fatal',
  ERR_BUCKET: 'fatal',
  ERR_TLS: 'fatal',
  ERR_PROXY: 'fatal',
  ERR_NO_CONTACT: 'fatal',
  ERR_TOO_MANY_FOLDERS: 'fatal',
  ERR_LIST_ROOT: 'fatal',
  ERR_NO_SPACE: 'fatal',
  ERR_VOLUME: 'fatal',
  ERR_STATE: 'fatal',
  ERR_STALLED: 'fatal',
  ERR_QUEUE: 'fatal',
  ERR_LOCKED: 'fatal',
  ERR_FAILURES_FILE: 'fatal',
  ERR_INPUT: 'fatal',
  ERR_OUTPUT: 'fatal',
  ERR_CONFIG: 'fatal',
} as const satisfies Record<string, Verdict>;

export type ErrorCode = keyof typeof VERDICTS;

type Codes = Readonly<Record<ErrorCode, readonly [Verdict, string, string]>>;

/** For programs: verdict, meaning, and what the user can do, in English. */
export const ERROR_CODES: Codes = withTexts(en.errors.codes);

function withTexts(texts: Readonly<Record<ErrorCode, { what: string; todo: string }>>): Codes {
  const table: Partial<Record<ErrorCode, Codes[ErrorCode]>> = {};
  for (const code of Object.keys(VERDICTS) as ErrorCode[])
    table[code] = [VERDICTS[code], texts[code].what, texts[code].todo];
  return table as Codes;
}

/** `uri`: too many requests for one place; `bandwidth`: too many bytes; `banned`: no answers for a while. */
export type ThrottleScope = 'uri' | 'bandwidth' | 'banned';

/** Data of an error; all optional, never secret. */
export interface ErrorFields {
  /** The underlying error (of a socket or the file system). */
  cause?: unknown;
  /** HTTP status, if there was an answer. */
  status?: number;
  /** For a 404: nothing in it shows that it comes from the API. */
  isUnvouched?: boolean | undefined;
  /** For a throttle: its scope, if the server says more than "too many requests". */
  throttleScope?: ThrottleScope | undefined;
  /** The pause that the server asks for before the next attempt. */
  retryAfterMs?: number;
}

/** An error with a code of {@link ERROR_CODES}; its message says what happened, what it means and what to do. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly throttleScope: ThrottleScope | undefined;
  readonly isUnvouched: boolean;

  constructor(code: ErrorCode, message: string, fields: ErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.status = fields.status;
    this.retryAfterMs = fields.retryAfterMs;
    this.throttleScope = fields.throttleScope;
    this.isUnvouched = fields.isUnvouched === true;
  }

  get verdict(): Verdict {
    return VERDICTS[this.code];
  }
}

/** Wrong usage or configuration: every problem at once, found before any request. */
export class ConfigError extends TransferError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('ERR_CONFIG', problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Whether the error or one of its causes means that no more files can be opened: EMFILE of this process, ENFILE of this
 * machine.
 */
export function isShortOfFiles(error: unknown): boolean {
  const { code, message, cause, errors } = (error ?? {}) as Partial<NodeJS.ErrnoException & AggregateError>;
  if (code === 'EMFILE' || code === 'ENFILE' || code === 'ERR_OPEN_FILES') return true;
  // A thread that cannot start reports no system code.
  if (code === 'ERR_WORKER_INIT_FAILED' && /\bE[MN]FILE\b/.test(message ?? '')) return true;
  return (cause !== undefined && isShortOfFiles(cause)) || (errors?.some(isShortOfFiles) ?? false);
}

/** An error of this machine: with the given code, or ERR_OPEN_FILES if files ran out. */
export function localError(code: ErrorCode, message: string, cause: unknown): TransferError {
  return isShortOfFiles(cause) ? openFilesError(cause) : new TransferError(code, message, { cause });
}

export function openFilesError(cause: unknown): TransferError {
  if (cause instanceof TransferError && cause.code === 'ERR_OPEN_FILES') return cause;
  return new TransferError('ERR_OPEN_FILES', say.network.tooManyFiles(shortageOf(cause)), { cause });
}

/** The innermost message of a shortage of files, without Node's note about a socket that does not exist. */
export function shortageOf(cause: unknown): string {
  const { message = String(cause), cause: deeper } = (cause ?? {}) as Partial<Error>;
  return isShortOfFiles(deeper) ? shortageOf(deeper) : message.replace(/ - Local \(undefined:undefined\)/, '');
}

/** Wraps any thrown value in a TransferError, so that other code handles one type only. */
export function toTransferError(error: unknown): TransferError {
  if (error instanceof TransferError) return error;
  if (isShortOfFiles(error)) return openFilesError(error);
  const message = error instanceof Error ? error.message : String(error);
  if ((error as NodeJS.ErrnoException)?.code === 'ERR_SHORT_FILE') {
    return new TransferError('ERR_DISK', say.network.shortFile(message), { cause: error });
  }
  return new TransferError('ERR_INTERNAL', say.network.unexpected(message), { cause: error });
}
