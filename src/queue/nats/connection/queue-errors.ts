/** Sorts the server's errors into passing and final ones. A final one becomes ERR_QUEUE with advice for the user. */
import { localError, TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';

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
  return new TransferError('ERR_QUEUE', say.queue.connection.noData(url));
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
  const texts = say.queue.unusable;
  if (said === 'ECONNREFUSED') return texts.refused;
  if (said === 'ENOTFOUND') return texts.unknownName;
  if (said.startsWith('EAI_')) return texts.noLookup;
  if (/^E(HOST|NET)/.test(said)) return texts.noRoute;
  if (CERTIFICATE.test(said)) return texts.certificate(said);
  if (isTlsMismatch(error)) return texts.noTls;
  return undefined;
}

/** The ERR_QUEUE for a server that cannot be used, with advice. `listens`: what was found at the address instead. */
export function unusable(
  url: string,
  error: unknown,
  { tls, listens }: { tls?: unknown; listens?: string | undefined },
): TransferError {
  if (error instanceof TransferError) return error;
  const { name } = error as Error;
  const message = closedWithoutError(error) ? say.queue.unusable.closed : (error as Error).message;
  const advice = listens ?? reasonOf(error) ?? adviceFor(error as Error, tls !== undefined);
  return localError('ERR_QUEUE', say.queue.unusable.message(url, message || name, advice), error);
}

/** The NATS client's own words for a connection that ends, without an error of the system, before the greeting. */
function closedWithoutError(error: unknown): boolean {
  return /undefined error/.test((error as Error).message);
}

/** By the error of the NATS client. */
function adviceFor({ name, message }: Error, isTls: boolean): string {
  const texts = say.queue.unusable;
  if (name === 'PermissionViolationError' || /permissions violation/i.test(message)) return texts.permissions;
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') return texts.credentials;
  if (name === 'JetStreamNotEnabled') return texts.noJetStream;
  return isTls ? texts.checkTls : texts.check;
}
