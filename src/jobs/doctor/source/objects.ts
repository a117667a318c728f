/** Checks with one small object: whether it can be read, whether a broken body can be resumed, and what rate is borne. */
import { TransferError, toTransferError } from '../../../errors.js';
import { formatBytes } from '../../../lib/text/units.js';
import { archivedClass, type ObjectEntry } from '../../../model/entry.js';
import { contactOf } from '../../../sources/capabilities.js';
import type { BodyPieces, FetchedObject, Source } from '../../../sources/source.js';
import { say } from '../../../texts/say.js';
import { type Check, ok, problem, warning } from '../check.js';
import type { Sample } from './listing.js';

/** Requests of the burst at most; as many as this at once; bytes of all their bodies. */
const BURST = 20;
const AT_ONCE = 4;
const BURST_BYTES = 2_000_000;
/** No further request after this. */
const BURST_MS = 5_000;

/** The smallest object that has a rest: of one byte there is no second half. */
export function pickObject({ entries }: Sample): ObjectEntry | undefined {
  // An archived object says nothing of the others.
  const sized = entries.filter((entry) => (entry.size ?? 0) >= 2 && archivedClass(entry) === undefined);
  const [first, ...rest] = sized;
  if (first === undefined) return entries[0];
  return rest.reduce((one, other) => (other.size! < one.size! ? other : one), first);
}

/** Reads one object. The second value is undefined when it cannot be read. */
export async function checkRead(
  source: Source,
  entry: ObjectEntry,
): Promise<{ check: Check; object: FetchedObject | undefined }> {
  const { origin } = contactOf(source, 'objects').contact;
  const since = performance.now();
  const data = { key: entry.key, origin };
  try {
    const object = await source.get(entry);
    const tookMs = Math.round(performance.now() - since);
    dismiss(object.stream);
    const bytes = object.bytes?.length ?? object.size;
    const size = bytes === undefined ? '?' : formatBytes(bytes);
    const message = say.doctor.objects.read({ origin, key: JSON.stringify(entry.key), size, tookMs });
    return {
      check: ok('object', message, { ...data, bytes, tookMs, etag: object.etag, hasMd5: object.md5 !== undefined }),
      object,
    };
  } catch (thrown) {
    const error = await explained(source, entry, toTransferError(thrown));
    return { check: problem('object', error.message, undefined, { ...data, code: error.code }), object: undefined };
  }
}

/** A 404 of a CDN says little: the server of the listing knows more. */
async function explained({ confirm }: Source, entry: ObjectEntry, error: TransferError): Promise<TransferError> {
  if (confirm === undefined || error.status !== 404) return error;
  return confirm(entry, error).catch((thrown) => toTransferError(thrown));
}

/** Asks for the second half of the object, as Sluice does after a body that broke off. */
export async function checkRange(
  { getRest }: Source,
  entry: ObjectEntry,
  { size, etag }: FetchedObject,
): Promise<Check> {
  const texts = say.doctor.objects;
  if (getRest === undefined || size === undefined || etag === undefined || size < 2)
    return ok('range', texts.rangeUnknown, { key: entry.key });
  const fromBytes = size >> 1;
  try {
    dismiss(await getRest(entry, { fromBytes, sizeBytes: size, etag }));
    return ok('range', texts.range, { key: entry.key, fromBytes });
  } catch (thrown) {
    const { code, message, status } = toTransferError(thrown);
    if (code !== 'ERR_CHANGED') return problem('range', message, undefined, { key: entry.key, code });
    return warning('range', texts.noRange(message), texts.noRangeAdvice, { key: entry.key, status });
  }
}

/** Headers are enough. */
export function dismiss(stream: BodyPieces | undefined): void {
  stream?.abort?.(new TransferError('ERR_NETWORK', 'only a look'));
}

interface Burst {
  readonly tookMs: number[];
  readonly failures: TransferError[];
}

/** A short burst, no more: a server must not take it for an attack. */
export async function checkRate(source: Source, entry: ObjectEntry, bytes: number): Promise<Check> {
  const texts = say.doctor.rate;
  const count = Math.min(BURST, Math.floor(BURST_BYTES / Math.max(1, bytes)));
  if (count < AT_ONCE) return ok('rate', texts.tooLarge(formatBytes(bytes)), { requests: 0 });
  const burst: Burst = { tookMs: [], failures: [] };
  const since = performance.now();
  let sent = 0;
  const client = async () => {
    while (sent < count && burst.failures.length === 0 && performance.now() - since < BURST_MS) {
      sent++;
      await ask(source, entry, burst);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const seconds = (performance.now() - since) / 1000;
  const medianMs = median(burst.tookMs);
  const answered = burst.tookMs.length;
  const refused = burst.failures.filter(({ verdict }) => verdict === 'throttle').length;
  const data = { requests: sent, answered, atOnce: AT_ONCE, seconds, medianMs, refused };
  const values = {
    requests: sent,
    answered,
    seconds: seconds.toFixed(seconds < 1 ? 2 : 1),
    medianMs: Math.round(medianMs ?? 0),
    atOnce: AT_ONCE,
  };
  const [failure] = burst.failures;
  if (refused > 0) return warning('rate', texts.refused(refused, values, retryAfter(burst)), texts.advice, data);
  if (failure !== undefined)
    return warning('rate', texts.failed(failure.message, values), texts.failedAdvice, { ...data, code: failure.code });
  return ok('rate', texts.borne(values), data);
}

async function ask(source: Source, entry: ObjectEntry, burst: Burst): Promise<void> {
  const since = performance.now();
  try {
    dismiss((await source.get(entry)).stream);
    burst.tookMs.push(performance.now() - since);
  } catch (thrown) {
    burst.failures.push(toTransferError(thrown));
  }
}

/** Whole seconds, if the server says how long to wait. */
function retryAfter({ failures }: Burst): number | undefined {
  const ms = failures.find(({ retryAfterMs }) => retryAfterMs !== undefined)?.retryAfterMs;
  return ms === undefined ? undefined : Math.ceil(ms / 1000);
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}
