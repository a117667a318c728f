/** Sorts the server's errors into passing and final ones. A final one becomes ERR_QUEUE with advice for the user. */
import { localError, TransferError } from '../../../errors.js';

const STREAM_NOT_FOUND = 10059;
const STREAM_EXISTS = 10058;
const SUBJECTS_OVERLAP = 10065;

/** Whether a stream or table of the job is missing. */
export function isGone(error: unknown): boolean {
  return (error as { code?: unknown }).code === STREAM_NOT_FOUND;
}

/** Whether a stream or table is there already. Also true while another machine creates it: its subjects are taken before its name is. */
export function isThere(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === STREAM_EXISTS || code === SUBJECTS_OVERLAP;
}

export function gone(url: string): TransferError {
  return new TransferError(
    'ERR_QUEUE',
    `the queue ${url} has no data of this job any more: was it removed? The same command starts it again; what is stored is skipped`,
  );
}

/** Errors of a lost connection, or of a server that is starting. */
const PASSING: ReadonlySet<string> = new Set([
  'TimeoutError',
  'ConnectionError',
  'RequestError',
  'NoRespondersError',
  'DrainingConnectionError',
  'JetStreamNotEnabled',
]);
/** "JetStream system temporarily unavailable", and a cluster without a leader so far. */
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

/** Whether a retry may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  const { name, code, cause, status } = error as { name?: string; code?: unknown; cause?: unknown; status?: unknown };
  if (name === 'JetStreamNotEnabled' || isTlsMismatch(error)) return false;
  if (typeof code === 'number') return PASSING_CODES.has(code) || code === 503 || status === 503;
  if (typeof code === 'string' && PASSING_SYSTEM_CODES.has(code)) return true;
  if (cause !== undefined && cause !== error && (cause as { code?: unknown }).code !== undefined) {
    const { code: inner } = cause as { code?: unknown };
    if (typeof inner === 'string') return PASSING_SYSTEM_CODES.has(inner);
  }
  return PASSING.has(name ?? '');
}

function isTlsMismatch(error: unknown): boolean {
  return /server does not support 'tls'/.test((error as Error).message);
}

/** Node's error codes for certificates. */
const CERTIFICATE = /CERT|UNABLE_TO_|SELF_SIGNED/;

/** The reason by the code of the system, or of the certificate. */
function reasonOf(error: unknown): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const said = String(code ?? cause?.code ?? '');
  if (said === 'ECONNREFUSED') return 'it refuses connections: check the address, and that the server runs';
  if (said === 'ENOTFOUND') return "there is no such name: check its spelling, and this machine's DNS";
  if (said.startsWith('EAI_')) return "its name cannot be looked up: check this machine's DNS and network";
  if (/^E(HOST|NET)/.test(said)) return "there is no route to it: check this machine's network";
  if (CERTIFICATE.test(said))
    return `its certificate is not trusted (${said}): check --tls-ca, and the name in --queue`;
  if (isTlsMismatch(error)) return 'it does not speak TLS: give nats:// instead of tls://, and no --tls-ca';
  return undefined;
}

/** The ERR_QUEUE for a server that cannot be used, with advice. `listens`: what was found at the address instead. */
export function unusable(
  url: string,
  error: unknown,
  { tls, listens }: { tls?: unknown; listens?: string | undefined },
): TransferError {
  if (error instanceof TransferError) return error;
  const { name, message } = error as Error;
  const known = listens ?? reasonOf(error);
  const advice =
    known ??
    (name === 'PermissionViolationError' || /permissions violation/i.test(message)
      ? 'its user needs the permissions that the README names'
      : name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError'
        ? 'it does not accept these credentials: check --token-file, --user and --password-file, --nkey-seed-file or --creds'
        : name === 'JetStreamNotEnabled'
          ? 'its JetStream is off: give its configuration a block "jetstream { store_dir: … }" and restart it'
          : tls !== undefined
            ? 'check the address and --tls-ca, --tls-cert and --tls-key (a server that wants a certificate just does not answer without one)'
            : 'check the address, and that the server runs');
  return localError('ERR_QUEUE', `the queue ${url} cannot be used: ${message || name}; ${advice}`, error);
}
