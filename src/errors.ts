/**
 * All failures of Sluice. The class says what to do, the code says why. Only this table links the two, and the README's
 * failure table is generated from it.
 */

/** What the run does after an error. Decided by the code alone, never by the message. */
export type Verdict = 'retry' | 'throttle' | 'skip' | 'fatal';

/** Column "verdict, meaning, what the user can do" of the README's failure table. */
export const ERROR_CODES = {
  ERR_UNREACHABLE: [
    'retry',
    'no connection to the server: refused, no such name, no route, no answer',
    'nothing; check the name and the network if it goes on',
  ],
  ERR_NETWORK: ['retry', 'connection reset or closed too early', 'nothing; check the network if it goes on'],
  ERR_TIMEOUT: ['retry', 'no answer or no byte for `--timeout`', 'raise `--timeout` on a slow line'],
  ERR_SERVER: [
    'retry',
    'the server answered 5xx, 408 or 499; or 404 without a code of the API, and to the listing of SOURCE, too',
    'nothing; try the failures file later',
  ],
  ERR_TRUNCATED: ['retry', 'the body ended before the promised length', 'nothing; it is fetched again from byte 0'],
  ERR_SIZE: ['retry', 'the size differs from the listed one', 'list again: the object changed since'],
  ERR_DIGEST: [
    'retry',
    'the MD5 differs from the one the server sent',
    'fetch again; damaged at the source if it stays',
  ],
  ERR_ETAG: ['retry', 'the MD5 differs from the `etag` of the input line', 'list again: the object changed since'],
  ERR_CHANGED: [
    'retry',
    'a body broke off, and what the server gives of the rest is not proven to belong to it',
    'nothing; it is fetched again from byte 0',
  ],
  ERR_ENCODED: ['retry', 'the body came compressed although that was not asked for', 'do not use this `--domain`'],
  ERR_PROTOCOL: ['retry', 'an answer that makes no sense for the request', 'check `--endpoint` and `--domain`'],
  ERR_NOT_OBJECT: [
    'retry',
    'an HTML page, JSON or nothing came with status 200 where only the object can be right (looked at where no listed size binds)',
    'check the key, `--domain` and `--variant`',
  ],
  ERR_LISTING: [
    'retry',
    'a folder could not be listed, or not all of it: bad rows, a missing or a repeated cursor',
    'fetch the failures file',
  ],
  ERR_DISK: ['retry', 'the disk refused a file for a passing reason', 'see the message'],
  ERR_VOLUME_OUT: ['retry', 'a disk took no more files', 'nothing: the object goes to another disk'],
  ERR_INTERNAL: ['retry', 'something unexpected: a defect in Sluice', 'report it with the message'],
  ERR_THROTTLED: [
    'throttle',
    'the server asked to slow down (429, or 503 with Retry-After)',
    'nothing; lower `--max-connections` or `--concurrency` if it goes on',
  ],
  ERR_OPEN_FILES: [
    'throttle',
    'this process, or the whole machine, has as many files and connections open as it may (EMFILE, ENFILE)',
    'raise the limit (`ulimit -n`); until then fewer connections are used, and a run that cannot go on ends',
  ],
  ERR_NOT_FOUND: [
    'skip',
    'no object has that key; one that a listing had named is counted as gone, not as failed',
    'see the message: the line may have another form than a key',
  ],
  ERR_NOT_SERVED: [
    'skip',
    'with `--domain` or `--variant`: 404, but the API has the object, or cannot be asked',
    'check `--domain` and `--variant`; fetch the failures file later: a CDN remembers a 404 for a while',
  ],
  ERR_FORBIDDEN_OBJECT: ['skip', 'the server refuses this object', 'check the rules of the bucket or the CDN'],
  ERR_REJECTED: ['skip', 'the server refuses the request for good (4xx)', 'see the message'],
  ERR_REDIRECT: ['skip', 'the server redirects the request', 'give the right `--endpoint` or `--domain`'],
  ERR_UNSAFE_KEY: [
    'skip',
    'the key is empty or not valid Unicode; with `--names refuse` also: it would leave DIR or hit `.sluice/`, or the disk does not take such a name',
    'rename the object at the source',
  ],
  ERR_NAME_TOO_LONG: ['skip', 'a name is longer than the disk allows', 'rename the object, or use `--names escape`'],
  ERR_PATH_CONFLICT: [
    'skip',
    'a file stands where a folder is needed, or the other way round, or the disk takes the name for that of another file',
    'move it away, or use `--names escape`',
  ],
  ERR_TOO_LARGE: [
    'skip',
    'no disk has space for an object of this size, others go on',
    'free some space, then fetch it again',
  ],
  ERR_DIFFERENT: ['skip', 'with `verify`: source and disks differ', 'fetch the printed lines'],
  ERR_NOTHING_COMPARED: [
    'skip',
    'with `verify`: the input has no line, or the filters leave nothing of it (exit code 1)',
    'check what is piped in and the filters; or give `--allow-empty`',
  ],
  ERR_BAD_LINE: ['skip', 'an input line that is neither a key nor a valid entry', 'correct the line and fetch it'],
  ERR_AUTH: ['fatal', 'the server does not accept the credentials', 'check UPYUN_OPERATOR and UPYUN_PASSWORD'],
  ERR_BUCKET: ['fatal', 'the bucket or the folder does not exist', 'check SOURCE'],
  ERR_TLS: [
    'fatal',
    "the server's certificate is not trusted, is for another name or time, or one of both sides does not speak TLS",
    'check `--endpoint` and `--domain` (http or https, the name), the clock and the CA store, `--ca-cert`',
  ],
  ERR_PROXY: [
    'fatal',
    'the proxy does not accept its user (407)',
    'check the name and the password in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY',
  ],
  ERR_NO_CONTACT: [
    'fatal',
    'a server has not answered anything in this run; what was not tried stays to be done',
    'see the message: check `--endpoint` or `--domain`, the network and the proxy, then run again',
  ],
  ERR_TOO_MANY_FOLDERS: [
    'fatal',
    'more folders wait to be listed than fit into memory',
    'copy the bucket in parts, by SOURCE/prefix or --include',
  ],
  ERR_LIST_ROOT: ['fatal', 'SOURCE itself gave nothing that could be listed', 'see the message; run again later'],
  ERR_NO_SPACE: ['fatal', 'every disk is full, read-only or broken', 'free some space, then run again'],
  ERR_VOLUME: ['fatal', 'the destination cannot be used', 'check `--to`'],
  ERR_STATE: [
    'fatal',
    "the job's own files in .sluice cannot be written",
    'free some space, or repair the disk, then run again',
  ],
  ERR_STALLED: [
    'fatal',
    'nothing moved for three times `--stall`, although there was work and Sluice opened all connections again',
    'see the messages about the disks and the server, then run again',
  ],
  ERR_QUEUE: [
    'fatal',
    'with `--queue`: the queue cannot be used, or has lost work that cannot be listed again',
    'see the message',
  ],
  ERR_LOCKED: ['fatal', 'another process works on the same DIR', 'wait for it, or stop it'],
  ERR_FAILURES_FILE: [
    'fatal',
    'the list of failures, or of what is gone, cannot be written',
    'free some space, or give another with `--failures`',
  ],
  ERR_INPUT: ['fatal', 'stdin cannot be read', 'check what is piped in'],
  ERR_OUTPUT: ['fatal', 'stdout cannot be written', 'check where it goes'],
  ERR_CONFIG: ['fatal', 'wrong usage or configuration (exit code 2)', 'correct every problem that the message names'],
} as const satisfies Record<string, readonly [Verdict, string, string]>;

export type ErrorCode = keyof typeof ERROR_CODES;

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
    return ERROR_CODES[this.code][0];
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
  return new TransferError(
    'ERR_OPEN_FILES',
    `too many files are open (${messageOf(cause)}): nothing that is stored is lost; raise the limit (ulimit -n), then run the same command again`,
    { cause },
  );
}

/** The innermost message, without Node's note about a socket that does not exist. */
function messageOf(cause: unknown): string {
  const { message = String(cause), cause: deeper } = (cause ?? {}) as Partial<Error>;
  return isShortOfFiles(deeper) ? messageOf(deeper) : message.replace(/ - Local \(undefined:undefined\)/, '');
}

/** Wraps any thrown value in a TransferError, so that other code handles one type only. */
export function toTransferError(error: unknown): TransferError {
  if (error instanceof TransferError) return error;
  if (isShortOfFiles(error)) return openFilesError(error);
  const message = error instanceof Error ? error.message : String(error);
  if ((error as NodeJS.ErrnoException)?.code === 'ERR_SHORT_FILE') {
    const advice = 'did something else write into .sluice? Run the command again';
    return new TransferError('ERR_DISK', `${message}; ${advice}`, { cause: error });
  }
  return new TransferError('ERR_INTERNAL', `unexpected error: ${message}`, { cause: error });
}
