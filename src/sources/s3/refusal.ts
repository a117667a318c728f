/** Refusals of S3 stores → Sluice's errors: by the code in the body, else by the status. By the text only where nothing else says it. */

import { type ErrorCode, type ErrorFields, TransferError } from '../../errors.js';
import { retryAfterMs } from '../../http/answer-headers.js';
import type { Exchange } from '../../http/exchange.js';
import { say } from '../../texts/say.js';
import { unescapeXml } from './listing/row-text.js';

/** What a store says of a refusal. Bodies may be empty (HEAD), HTML (of a proxy), or in another case. */
export interface Refusal {
  /** `NoSuchKey`; '' if there is none. */
  readonly code: string;
  /** The region that the bucket is in, where the request was sent to, or signed for, another one. */
  readonly region: string | undefined;
  readonly storageClass: string | undefined;
}

/** What was asked for. Listings and objects differ in what a refusal means for the run. */
export type Asked = 'listing' | 'object';

/** Codes with the same meaning for both. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  SlowDown: 'ERR_THROTTLED',
  ServiceUnavailable: 'ERR_THROTTLED',
  Busy: 'ERR_THROTTLED',
  TooManyRequests: 'ERR_THROTTLED',
  RequestLimitExceeded: 'ERR_THROTTLED',
  QpsLimitExceeded: 'ERR_THROTTLED',
  DownloadTrafficRateLimitExceeded: 'ERR_THROTTLED',
  InternalError: 'ERR_SERVER',
  InternalServerError: 'ERR_SERVER',
  RequestTimeout: 'ERR_SERVER',
  IncompleteBody: 'ERR_SERVER',
  OperationAborted: 'ERR_SERVER',
  RequestTimeTooSkewed: 'ERR_AUTH',
  ExpiredToken: 'ERR_AUTH',
  TokenRefreshRequired: 'ERR_AUTH',
  InvalidToken: 'ERR_AUTH',
  InvalidAccessKeyId: 'ERR_AUTH',
  SignatureDoesNotMatch: 'ERR_AUTH',
  AuthorizationHeaderMalformed: 'ERR_AUTH',
  NotSignedUp: 'ERR_AUTH',
  AccountProblem: 'ERR_AUTH',
  AllAccessDisabled: 'ERR_AUTH',
  UserSuspended: 'ERR_AUTH',
  UserDisable: 'ERR_AUTH',
  BucketDisabled: 'ERR_BUCKET',
  NoSuchBucket: 'ERR_BUCKET',
  InvalidBucketName: 'ERR_BUCKET',
  NoSuchKey: 'ERR_NOT_FOUND',
  NoSuchVersion: 'ERR_NOT_FOUND',
  InvalidObjectState: 'ERR_ARCHIVED',
  PreconditionFailed: 'ERR_CHANGED',
  InvalidRange: 'ERR_CHANGED',
};

const STATUSES: Readonly<Record<number, ErrorCode>> = {
  404: 'ERR_NOT_FOUND',
  407: 'ERR_PROXY',
  408: 'ERR_SERVER',
  412: 'ERR_CHANGED',
  416: 'ERR_CHANGED',
  429: 'ERR_THROTTLED',
  499: 'ERR_SERVER',
  503: 'ERR_THROTTLED',
};

/** AWS, MinIO and others have no code for it, only `InvalidRequest`: "stored using a form of Server Side Encryption". */
const CUSTOMER_KEY = /server.side encryption|provide the correct parameters|SSE-C|customer-provided/i;

/** A code that stores have. Another one may be anything, so it is shown only where secrets can be taken out of it. */
export function isKnownCode(code: string): boolean {
  return Object.hasOwn(CODES, code);
}

export function readRefusal({ headers, bytes }: Exchange): Refusal {
  const text = Buffer.from(bytes ?? []).toString('utf8');
  const field = (name: string) => new RegExp(`<${name}>\\s*([\\w.-]{1,64})\\s*</${name}>`).exec(text)?.[1];
  const sent = headers['x-amz-bucket-region'];
  return {
    code: /<Error[\s>]/.test(text) ? (field('Code') ?? '') : '',
    region: (typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : undefined) ?? field('Region'),
    storageClass: field('StorageClass'),
  };
}

export interface RefusedRequest {
  readonly asked: Asked;
  /** Names the request. */
  readonly what: string;
  readonly isSigned: boolean;
  /** What a store may repeat, and no message may: the keys of the request. */
  readonly secrets?: readonly string[];
  /** As it was listed. */
  readonly storageClass?: string | undefined;
}

/** The error for an answer that was not expected. */
export function refusalError(
  reply: Exchange,
  { asked, what, isSigned, secrets = [], storageClass: listed }: RefusedRequest,
): TransferError {
  const { status, headers } = reply;
  const { code, storageClass = listed } = readRefusal(reply);
  const summary = `${what}: HTTP ${status}${code === '' ? '' : ` ${isKnownCode(code) ? code : withoutSecrets(code, secrets)}`}${messageOf(reply, secrets)}`;
  const fields: ErrorFields = {
    status,
    isUnvouched: status === 404 && code === '',
    retryAfterMs: retryAfterMs(headers),
  };
  if (status === 405 && headers['x-amz-delete-marker'] === 'true')
    return new TransferError('ERR_NOT_FOUND', summary, fields);
  if (code === 'InvalidObjectState')
    return new TransferError('ERR_ARCHIVED', say.s3.archived(what, storageClass), fields);
  if (status === 400 && CUSTOMER_KEY.test(messageOf(reply)))
    return new TransferError('ERR_ENCRYPTED', say.s3.encrypted(what), fields);
  const known = CODES[code] ?? STATUSES[status] ?? codeOfClass(status, asked);
  if (known === 'ERR_AUTH')
    return new TransferError(known, say.s3.notAccepted(summary, adviceOf(code, isSigned)), fields);
  if (known === 'ERR_BUCKET') return new TransferError(known, say.s3.noBucket(summary), fields);
  return new TransferError(known, summary, fields);
}

function codeOfClass(status: number, asked: Asked): ErrorCode {
  if (status >= 500) return 'ERR_SERVER';
  // A missing object is 403, too, where the keys may not list. One object is no reason to stop; the listing is.
  if (status === 401 || status === 403) return asked === 'listing' ? 'ERR_AUTH' : 'ERR_FORBIDDEN_OBJECT';
  if (status >= 400) return 'ERR_REJECTED';
  return status >= 300 && status !== 304 ? 'ERR_REDIRECT' : 'ERR_PROTOCOL';
}

function adviceOf(code: string, isSigned: boolean): string {
  // Every S3 store says why. A proxy, or a server of another kind, does not.
  if (code === '') return say.s3.advice.noStore;
  if (!isSigned) return say.s3.advice.unsigned;
  if (code === 'RequestTimeTooSkewed') return say.s3.advice.clock;
  if (code === 'ExpiredToken' || code === 'TokenRefreshRequired') return say.s3.advice.expired;
  if (code === 'SignatureDoesNotMatch') return say.s3.advice.secret;
  if (code === 'AuthorizationHeaderMalformed') return say.s3.advice.region;
  return say.s3.advice.keys;
}

/** The store's own text: one line, no control characters, a limited length; never what could be a signature. */
function messageOf({ bytes }: Exchange, secrets: readonly string[] = []): string {
  const text = /<Message>([^<]{1,600})<\/Message>/.exec(Buffer.from(bytes ?? []).toString('utf8'))?.[1];
  if (text === undefined) return '';
  const line = withoutSecrets(unescapeXml(text), secrets)
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replace(/\b[0-9a-f]{40,}\b|[A-Za-z0-9+/=]{40,}/g, '…');
  return ` (${line.slice(0, 160)})`;
}

/** Percent escapes have letters of either case. */
function anyCase(text: string): RegExp {
  return new RegExp(text.replace(/[^\w]/g, '\\$&'), 'gi');
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .reduce((shown, secret) => shown.replaceAll(anyCase(secret), '…'), text);
}
