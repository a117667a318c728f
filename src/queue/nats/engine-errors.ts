/** What the engine's errors mean: what passes by itself, what does not, and what is to be done about it. */
import { TransferError } from '../../errors.js';

const STREAM_NOT_FOUND = 10059;

/** The job, or a part of what is kept of it. */
export function isGone(error: unknown): boolean {
  return (error as { code?: unknown }).code === STREAM_NOT_FOUND;
}

export function gone(url: string): TransferError {
  return new TransferError(
    'ERR_QUEUE',
    `what the queue ${url} kept of the job is not there any more: was it removed? The same command begins it anew; what is stored is skipped`,
  );
}

/** Names of errors of a connection that is not there just now, or of a server that has just begun. */
const PASSING: ReadonlySet<string> = new Set([
  'TimeoutError',
  'ConnectionError',
  'RequestError',
  'NoRespondersError',
  'DrainingConnectionError',
  'JetStreamNotEnabled',
]);
/** "JetStream system temporarily unavailable", and a leader that is not chosen yet. */
const PASSING_CODES: ReadonlySet<number> = new Set([10008, 10009, 10039, 10076, 10023, 10047]);
const PASSING_SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

/** Whether the same thing may work a moment later. */
export function isPassing(error: unknown): boolean {
  const { name, code, cause, status } = error as { name?: string; code?: unknown; cause?: unknown; status?: unknown };
  if (name === 'JetStreamNotEnabled') return false;
  if (typeof code === 'number') return PASSING_CODES.has(code) || code === 503 || status === 503;
  if (typeof code === 'string' && PASSING_SYSTEM_CODES.has(code)) return true;
  if (cause !== undefined && cause !== error && (cause as { code?: unknown }).code !== undefined) {
    const { code: inner } = cause as { code?: unknown };
    if (typeof inner === 'string') return PASSING_SYSTEM_CODES.has(inner);
  }
  return PASSING.has(name ?? '');
}

/** What it means that the engine cannot be used, and what to do. */
export function unusable(url: string, error: unknown, { tls }: { tls?: unknown }): TransferError {
  if (error instanceof TransferError) return error;
  const { name, message } = error as Error;
  const advice =
    name === 'PermissionViolationError' || /permissions violation/i.test(message)
      ? 'its user needs the permissions that the README names'
      : name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError'
        ? 'it does not accept these credentials: check --token-file, --user and --password-file, --nkey-seed-file or --creds'
        : name === 'JetStreamNotEnabled'
          ? 'its JetStream is off: give its configuration a block "jetstream { store_dir: … }" and start it anew'
          : tls !== undefined
            ? 'check the address and --tls-ca, --tls-cert and --tls-key (a server that wants a certificate just does not answer without one)'
            : 'check the address, and that the server runs';
  return new TransferError('ERR_QUEUE', `the queue ${url} cannot be used: ${message || name}; ${advice}`, {
    cause: error,
  });
}
